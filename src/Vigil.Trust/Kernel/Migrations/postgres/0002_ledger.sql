create table ledger_salt (
    tenant text not null,
    subject text not null,
    id uuid not null,
    salt bytea not null,
    created_at bigint not null,
    primary key (tenant, subject)
);

create table ledger_leaf (
    seq bigint primary key,
    tenant text not null,
    subject text not null,
    position bigint unique,
    salt_id uuid,
    check ((position is null) = (salt_id is null))
);

create index ledger_leaf_waiting on ledger_leaf (seq) where position is null;

create table ledger_head (
    one integer primary key check (one = 1),
    verifier text,
    size bigint not null,
    note bytea,
    signed_at bigint,
    epoch bigint not null,
    holder text not null,
    beat bigint not null
);

insert into ledger_head (one, size, epoch, holder, beat) values (1, 0, 0, '', 0);

insert into ledger_leaf (seq, tenant, subject)
select seq, tenant, coalesce(convert_from(canonical, 'UTF8')::json ->> 'object', '') from ledger_event;
