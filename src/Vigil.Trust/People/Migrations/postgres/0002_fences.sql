alter table person add column vendor text;

alter table person_session add column verified_at bigint not null default 0;
alter table person_session add column client_digest bytea;

alter table invitation add column state text not null default 'Ready' check (state in ('Waiting', 'Ready'));

create table vendor (
    tenant text not null references tenant,
    name text not null,
    supervisor_id uuid not null,
    named_at bigint not null,
    named_by text not null,
    primary key (tenant, name),
    foreign key (tenant, supervisor_id) references person
);

create table case_grant (
    tenant text not null references tenant,
    id uuid not null,
    case_ref text not null,
    person_id uuid,
    vendor text,
    until bigint not null,
    reason text not null,
    given_at bigint not null,
    given_by text not null,
    ended_at bigint,
    ended_by text,
    primary key (tenant, id),
    check ((person_id is null) <> (vendor is null))
);

create index case_grant_of on case_grant (tenant, case_ref, ended_at);

create table stand_in (
    tenant text not null references tenant,
    id uuid not null,
    person_id uuid not null,
    for_id uuid not null,
    role text not null,
    from_at bigint not null,
    until bigint not null,
    reason text not null,
    given_at bigint not null,
    given_by text not null,
    ended_at bigint,
    ended_by text,
    primary key (tenant, id),
    foreign key (tenant, person_id) references person,
    foreign key (tenant, for_id) references person
);

create index stand_in_of on stand_in (tenant, person_id, ended_at);

create table person_identity (
    tenant text not null references tenant,
    digest bytea not null,
    person_id uuid not null,
    created_at bigint not null,
    used_at bigint,
    primary key (tenant, digest),
    foreign key (tenant, person_id) references person
);

create index person_identity_of on person_identity (tenant, person_id);
