-- Of the process that destroys what is due: its lease, the clock as it knows it, when it did what.
create table retention_state (
    tenant text primary key,
    holder text not null,
    lease_until integer not null,
    boot text not null,
    since_boot integer not null,
    anchor_at integer not null,
    last_at integer not null,
    paused_since integer,
    paused_because text,
    swept_at integer,
    closed_at integer,
    has_removed integer not null
) without rowid;

-- Objects of the locker that no row knows of.
create table content_stray (
    tenant text not null,
    object text not null,
    seen_at integer not null,
    primary key (tenant, object)
) without rowid;
