-- The same flag may come again once its item was decided or its case closed: it is one of an item.
drop index case_flag_digest;
create unique index case_flag_digest on case_flag (tenant, digest, item_id);

-- No flag of its own: how many of a reason came beyond what is kept of the item.
alter table case_flag add column is_sum boolean not null default false;

-- An audit whose days were over before anybody answered is counted.
alter table case_audit drop constraint case_audit_state_check;
alter table case_audit add constraint case_audit_state_check
    check (state in ('Waiting', 'Agreed', 'Disagreed', 'Unanswered'));
