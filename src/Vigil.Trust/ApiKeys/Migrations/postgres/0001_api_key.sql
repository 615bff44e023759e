create table api_key (
    tenant text not null references tenant,
    id text not null,
    label text not null,
    scopes text not null,
    digest bytea not null,
    created_at bigint not null,
    created_by text not null,
    expires_at bigint not null,
    revoked_at bigint,
    primary key (tenant, id)
);
