create table second_person (
    tenant text not null,
    id uuid not null,
    action text not null,
    object text not null,
    reason text not null,
    requested_by text not null,
    requested_at bigint not null,
    ripe_at bigint not null,
    expires_at bigint not null,
    is_solo boolean not null,
    state text not null check (state in ('Waiting', 'Confirmed', 'Withdrawn')),
    ended_by text,
    ended_at bigint,
    primary key (tenant, id)
);

create unique index second_person_waiting on second_person (tenant, action, object) where state = 'Waiting';

create table tenant_end (
    tenant text primary key references tenant,
    destroyed_at bigint not null,
    keys_gone_at bigint,
    rows_gone_at bigint
);
