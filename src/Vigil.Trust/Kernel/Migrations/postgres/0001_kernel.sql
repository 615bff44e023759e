create table installation (
    one integer primary key check (one = 1),
    profile text not null,
    created_at bigint not null,
    seal bytea not null
);

create table tenant (
    tenant text primary key,
    title text not null,
    state text not null check (state in ('Active', 'Suspended', 'Destroyed')),
    created_at bigint not null
);

create table setting (
    tenant text not null references tenant,
    name text not null,
    value text not null,
    changed_at bigint not null,
    primary key (tenant, name)
);

create table ledger_event (
    seq bigint generated always as identity primary key,
    tenant text not null,
    at bigint not null,
    actor text not null,
    action text not null,
    canonical bytea not null
);

create table idempotency (
    tenant text not null,
    key bytea not null,
    fingerprint bytea not null,
    status integer not null,
    answer bytea not null,
    created_at bigint not null,
    primary key (tenant, key)
);

create index idempotency_age on idempotency (created_at);
