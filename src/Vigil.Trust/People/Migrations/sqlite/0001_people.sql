create table person (
    tenant text not null references tenant,
    id text not null,
    number integer not null,
    pseudonym text not null,
    user_name_digest blob not null,
    user_name blob not null,
    display_name blob not null,
    password_hash text,
    totp_secret blob,
    totp_step integer not null,
    stamp blob not null,
    state text not null check (state in ('Active', 'Disabled')),
    created_at integer not null,
    signed_in_at integer,
    primary key (tenant, id),
    unique (tenant, number),
    unique (tenant, pseudonym),
    unique (tenant, user_name_digest)
);

create table person_role (
    tenant text not null,
    person_id text not null,
    role text not null,
    primary key (tenant, person_id, role),
    foreign key (tenant, person_id) references person
);

create table person_passkey (
    tenant text not null,
    credential_id blob not null,
    person_id text not null,
    name text not null,
    public_key blob not null,
    sign_count integer not null,
    transports text not null,
    is_user_verified integer not null,
    is_backup_eligible integer not null,
    is_backed_up integer not null,
    attestation blob not null,
    client_data blob not null,
    created_at integer not null,
    used_at integer,
    primary key (tenant, credential_id),
    foreign key (tenant, person_id) references person
);

create index person_passkey_of on person_passkey (tenant, person_id);

create table recovery_code (
    tenant text not null,
    person_id text not null,
    digest blob not null,
    used_at integer,
    primary key (tenant, person_id, digest),
    foreign key (tenant, person_id) references person
);

create table person_session (
    tenant text not null,
    id text not null,
    digest blob not null unique,
    person_id text not null,
    device text not null,
    method text not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null,
    idle_ms integer not null,
    ended_at integer,
    primary key (tenant, id),
    foreign key (tenant, person_id) references person
);

create index person_session_of on person_session (tenant, person_id, created_at);

create table invitation (
    tenant text not null references tenant,
    id text not null,
    digest blob not null unique,
    kind text not null check (kind in ('Setup', 'Invite', 'Reset')),
    person_id text,
    roles text not null,
    created_at integer not null,
    created_by text not null,
    expires_at integer not null,
    ended_at integer,
    primary key (tenant, id)
);

create table sign_in_guard (
    tenant text not null references tenant,
    name_digest blob not null,
    failed integer not null,
    failed_at integer not null,
    locked_until integer not null,
    primary key (tenant, name_digest)
);

create index sign_in_guard_age on sign_in_guard (tenant, failed_at);

create table spent_ticket (
    tenant text not null references tenant,
    digest blob not null,
    expires_at integer not null,
    primary key (tenant, digest)
);

create view person_known as select tenant, id, pseudonym, state from person;
