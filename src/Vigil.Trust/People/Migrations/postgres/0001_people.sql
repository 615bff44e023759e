create table person (
    tenant text not null references tenant,
    id uuid not null,
    number integer not null,
    pseudonym text not null,
    user_name_digest bytea not null,
    user_name bytea not null,
    display_name bytea not null,
    password_hash text,
    totp_secret bytea,
    totp_step bigint not null,
    stamp bytea not null,
    state text not null check (state in ('Active', 'Disabled')),
    created_at bigint not null,
    signed_in_at bigint,
    primary key (tenant, id),
    unique (tenant, number),
    unique (tenant, pseudonym),
    unique (tenant, user_name_digest)
);

create table person_role (
    tenant text not null,
    person_id uuid not null,
    role text not null,
    primary key (tenant, person_id, role),
    foreign key (tenant, person_id) references person
);

create table person_passkey (
    tenant text not null,
    credential_id bytea not null,
    person_id uuid not null,
    name text not null,
    public_key bytea not null,
    sign_count bigint not null,
    transports text not null,
    is_user_verified boolean not null,
    is_backup_eligible boolean not null,
    is_backed_up boolean not null,
    attestation bytea not null,
    client_data bytea not null,
    created_at bigint not null,
    used_at bigint,
    primary key (tenant, credential_id),
    foreign key (tenant, person_id) references person
);

create index person_passkey_of on person_passkey (tenant, person_id);

create table recovery_code (
    tenant text not null,
    person_id uuid not null,
    digest bytea not null,
    used_at bigint,
    primary key (tenant, person_id, digest),
    foreign key (tenant, person_id) references person
);

create table person_session (
    tenant text not null,
    id uuid not null,
    digest bytea not null unique,
    person_id uuid not null,
    device text not null,
    method text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    idle_ms bigint not null,
    ended_at bigint,
    primary key (tenant, id),
    foreign key (tenant, person_id) references person
);

create index person_session_of on person_session (tenant, person_id, created_at);

create table invitation (
    tenant text not null references tenant,
    id uuid not null,
    digest bytea not null unique,
    kind text not null check (kind in ('Setup', 'Invite', 'Reset')),
    person_id uuid,
    roles text not null,
    created_at bigint not null,
    created_by text not null,
    expires_at bigint not null,
    ended_at bigint,
    primary key (tenant, id)
);

create table sign_in_guard (
    tenant text not null references tenant,
    name_digest bytea not null,
    failed integer not null,
    failed_at bigint not null,
    locked_until bigint not null,
    primary key (tenant, name_digest)
);

create index sign_in_guard_age on sign_in_guard (tenant, failed_at);

create table spent_ticket (
    tenant text not null references tenant,
    digest bytea not null,
    expires_at bigint not null,
    primary key (tenant, digest)
);

create view person_known as select tenant, id, pseudonym, state from person;
