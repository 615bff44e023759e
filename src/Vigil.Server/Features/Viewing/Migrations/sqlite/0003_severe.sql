-- A limit of the day for what was graded as severe.
-- SQLite changes no check of a table: the rows move into a new one.
alter table viewing_limit rename to viewing_limit_before;

create table viewing_limit (
    tenant text not null,
    id text not null,
    viewer text not null,
    at integer not null,
    kind text not null check (kind in ('Soft', 'Hard', 'Hour', 'Break', 'Severe')),
    lifted_at integer,
    lifted_by text,
    primary key (tenant, id)
) without rowid;

insert into viewing_limit select tenant, id, viewer, at, kind, lifted_at, lifted_by from viewing_limit_before;
drop table viewing_limit_before;

create index viewing_limit_viewer on viewing_limit (tenant, viewer, at);
create index viewing_limit_time on viewing_limit (tenant, at);
