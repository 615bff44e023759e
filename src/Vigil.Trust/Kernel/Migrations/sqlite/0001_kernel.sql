create table installation (
    one integer primary key check (one = 1),
    profile text not null,
    created_at integer not null,
    seal blob not null
);

create table tenant (
    tenant text primary key,
    title text not null,
    state text not null check (state in ('Active', 'Suspended', 'Destroyed')),
    created_at integer not null
);

create table setting (
    tenant text not null references tenant,
    name text not null,
    value text not null,
    changed_at integer not null,
    primary key (tenant, name)
);

create table ledger_event (
    seq integer primary key autoincrement,
    tenant text not null,
    at integer not null,
    actor text not null,
    action text not null,
    canonical blob not null
);

create table idempotency (
    tenant text not null,
    key blob not null,
    fingerprint blob not null,
    status integer not null,
    answer blob not null,
    created_at integer not null,
    primary key (tenant, key)
) without rowid;

create index idempotency_age on idempotency (created_at);
