create table outbox_event (
    tenant text not null,
    id text not null,
    type text not null,
    subject text not null,
    created_at integer not null,
    data blob not null,
    primary key (tenant, id)
) without rowid;
