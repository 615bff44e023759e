create table scan_basis (
    tenant text not null references tenant,
    id text not null,
    jurisdiction text not null,
    surfaces text not null,
    legal_basis text not null,
    assessment text not null,
    starts_on integer not null,
    ends_on integer not null,
    recorded_at integer not null,
    recorded_by text not null,
    ended_at integer,
    ended_by text,
    primary key (tenant, id)
);
