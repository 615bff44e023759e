create table ledger_salt (
    tenant text not null,
    subject text not null,
    id text not null,
    salt blob not null,
    created_at integer not null,
    primary key (tenant, subject)
) without rowid;

create table ledger_leaf (
    seq integer primary key,
    tenant text not null,
    subject text not null,
    position integer unique,
    salt_id text,
    check ((position is null) = (salt_id is null))
);

create index ledger_leaf_waiting on ledger_leaf (seq) where position is null;

create table ledger_head (
    one integer primary key check (one = 1),
    verifier text,
    size integer not null,
    note blob,
    signed_at integer,
    epoch integer not null,
    holder text not null,
    beat integer not null
);

insert into ledger_head (one, size, epoch, holder, beat) values (1, 0, 0, '', 0);

insert into ledger_leaf (seq, tenant, subject)
select seq, tenant, coalesce(json_extract(cast(canonical as text), '$.object'), '') from ledger_event;
