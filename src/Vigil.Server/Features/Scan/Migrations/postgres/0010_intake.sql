create table scan_pending (
    tenant text not null references tenant,
    id uuid not null,
    state text not null check (state in ('Waiting', 'Done', 'Interrupted')),
    surface text not null,
    fail_mode text not null check (fail_mode in ('Open', 'Closed')),
    owner uuid not null,
    lease_until bigint not null,
    created_at bigint not null,
    closed_at bigint,
    expires_at bigint not null,
    answer bytea,
    primary key (tenant, id)
);

create index scan_pending_state on scan_pending (tenant, state, lease_until);

create table scan_count (
    tenant text not null references tenant,
    day bigint not null,
    surface text not null,
    decision text not null,
    code text not null,
    count bigint not null,
    primary key (tenant, day, surface, decision, code)
);

create view scan_counts as select tenant, day, surface, decision, code, count from scan_count;
