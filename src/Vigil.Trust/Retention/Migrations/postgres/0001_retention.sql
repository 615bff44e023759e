-- Of the process that destroys what is due: its lease, the clock as it knows it, when it did what.
create table retention_state (
    tenant text primary key,
    holder text not null,
    lease_until bigint not null,
    boot text not null,
    since_boot bigint not null,
    anchor_at bigint not null,
    last_at bigint not null,
    paused_since bigint,
    paused_because text,
    swept_at bigint,
    closed_at bigint,
    has_removed boolean not null
);

-- Objects of the locker that no row knows of.
create table content_stray (
    tenant text not null,
    object text not null,
    seen_at bigint not null,
    primary key (tenant, object)
);
