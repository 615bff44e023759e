create table scan_basis (
    tenant text not null references tenant,
    id uuid not null,
    jurisdiction text not null,
    surfaces text not null,
    legal_basis text not null,
    assessment text not null,
    starts_on bigint not null,
    ends_on bigint not null,
    recorded_at bigint not null,
    recorded_by text not null,
    ended_at bigint,
    ended_by text,
    primary key (tenant, id)
);
