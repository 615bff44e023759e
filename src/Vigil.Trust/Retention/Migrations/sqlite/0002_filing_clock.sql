-- The clock as filing knows it, one row for each start of a machine: when it was first seen and last trusted since.
create table filing_clock (
    tenant text not null,
    boot text not null,
    since_boot integer not null,
    anchor_at integer not null,
    last_at integer not null,
    primary key (tenant, boot)
) without rowid;
