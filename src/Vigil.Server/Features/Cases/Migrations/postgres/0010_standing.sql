-- What persons decided of what a list found, the newest first: the list's record here is counted from it.
create index case_item_list on case_item (tenant, list_id, decided_at) where decided_at is not null;
create index case_item_entry_state on case_item (tenant, entry_id, state) where entry_id is not null;

-- Since when a case is somebody's.
alter table case_file add column assigned_at bigint;
update case_file set assigned_at = updated_at where assigned_to is not null;
create index case_file_assigned on case_file (tenant, assigned_to) where assigned_to is not null and state = 'Open';

-- Notices to users that nobody sent yet.
create index account_action_untold on account_action (tenant, tell_at) where told_at is null and state = 'Active';
