create table api_key (
    tenant text not null references tenant,
    id text not null,
    label text not null,
    scopes text not null,
    digest blob not null,
    created_at integer not null,
    created_by text not null,
    expires_at integer not null,
    revoked_at integer,
    primary key (tenant, id)
);
