-- So far the installation's acts were looked at for one that goes on from a database that was put back. A database that is put back
-- brings an older number with it, so that the act is found.
create table filing_resumed (
    tenant text not null,
    seq integer not null,
    primary key (tenant)
) without rowid;
