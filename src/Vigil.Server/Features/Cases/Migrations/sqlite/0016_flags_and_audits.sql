-- The same flag may come again once its item was decided or its case closed: it is one of an item.
drop index case_flag_digest;
create unique index case_flag_digest on case_flag (tenant, digest, item_id);

-- No flag of its own: how many of a reason came beyond what is kept of the item.
alter table case_flag add column is_sum integer not null default 0;

-- An audit whose days were over before anybody answered is counted.
-- SQLite changes no check of a table: the rows move into a new one.
alter table case_audit rename to case_audit_before;

create table case_audit (
    tenant text not null,
    item_id text not null,
    decided_by text not null,
    verdict text not null,
    state text not null check (state in ('Waiting', 'Agreed', 'Disagreed', 'Unanswered')),
    drawn_at integer not null,
    audited_by text,
    audited_at integer,
    kept_until integer,
    primary key (tenant, item_id),
    foreign key (tenant, item_id) references case_item (tenant, id)
) without rowid;

insert into case_audit (tenant, item_id, decided_by, verdict, state, drawn_at, audited_by, audited_at, kept_until)
    select tenant, item_id, decided_by, verdict, state, drawn_at, audited_by, audited_at, kept_until
    from case_audit_before;
drop table case_audit_before;

create index case_audit_state on case_audit (tenant, state, drawn_at);
