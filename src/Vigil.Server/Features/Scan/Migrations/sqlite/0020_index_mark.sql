-- What a process's index files on disk say that this database knows: a database put back to an older state does not.
create table index_mark (
    tenant text not null references tenant,
    mark text not null,
    seen_at integer not null,
    primary key (tenant, mark)
);
