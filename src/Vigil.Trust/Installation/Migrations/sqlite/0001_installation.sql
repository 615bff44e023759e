create table second_person (
    tenant text not null,
    id text not null,
    action text not null,
    object text not null,
    reason text not null,
    requested_by text not null,
    requested_at integer not null,
    ripe_at integer not null,
    expires_at integer not null,
    is_solo integer not null,
    state text not null check (state in ('Waiting', 'Confirmed', 'Withdrawn')),
    ended_by text,
    ended_at integer,
    primary key (tenant, id)
) without rowid;

create unique index second_person_waiting on second_person (tenant, action, object) where state = 'Waiting';

create table tenant_end (
    tenant text primary key references tenant,
    destroyed_at integer not null,
    keys_gone_at integer,
    rows_gone_at integer
) without rowid;
