-- The platform has not been told of the action: the confirmation that it rests on can be undone still.
alter table account_action add column waits integer not null default 0;

-- Whether a decision ended its case is told from the case, when the last of its decisions leaves.
alter table case_effect drop column is_whole;
