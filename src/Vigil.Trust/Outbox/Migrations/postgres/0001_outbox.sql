create table outbox_event (
    tenant text not null,
    id uuid not null,
    type text not null,
    subject text not null,
    created_at bigint not null,
    data bytea not null,
    primary key (tenant, id)
);
