create table scan_pending (
    tenant text not null references tenant,
    id text not null,
    state text not null check (state in ('Waiting', 'Done', 'Interrupted')),
    surface text not null,
    fail_mode text not null check (fail_mode in ('Open', 'Closed')),
    owner text not null,
    lease_until integer not null,
    created_at integer not null,
    closed_at integer,
    expires_at integer not null,
    answer blob,
    primary key (tenant, id)
);

create index scan_pending_state on scan_pending (tenant, state, lease_until);

create table scan_count (
    tenant text not null references tenant,
    day integer not null,
    surface text not null,
    decision text not null,
    code text not null,
    count integer not null,
    primary key (tenant, day, surface, decision, code)
);

create view scan_counts as select tenant, day, surface, decision, code, count from scan_count;
