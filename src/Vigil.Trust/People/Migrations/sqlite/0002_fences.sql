alter table person add column vendor text;

alter table person_session add column verified_at integer not null default 0;
alter table person_session add column client_digest blob;

alter table invitation add column state text not null default 'Ready' check (state in ('Waiting', 'Ready'));

create table vendor (
    tenant text not null references tenant,
    name text not null,
    supervisor_id text not null,
    named_at integer not null,
    named_by text not null,
    primary key (tenant, name),
    foreign key (tenant, supervisor_id) references person
);

create table case_grant (
    tenant text not null references tenant,
    id text not null,
    case_ref text not null,
    person_id text,
    vendor text,
    until integer not null,
    reason text not null,
    given_at integer not null,
    given_by text not null,
    ended_at integer,
    ended_by text,
    primary key (tenant, id),
    check ((person_id is null) <> (vendor is null))
);

create index case_grant_of on case_grant (tenant, case_ref, ended_at);

create table stand_in (
    tenant text not null references tenant,
    id text not null,
    person_id text not null,
    for_id text not null,
    role text not null,
    from_at integer not null,
    until integer not null,
    reason text not null,
    given_at integer not null,
    given_by text not null,
    ended_at integer,
    ended_by text,
    primary key (tenant, id),
    foreign key (tenant, person_id) references person,
    foreign key (tenant, for_id) references person
);

create index stand_in_of on stand_in (tenant, person_id, ended_at);

create table person_identity (
    tenant text not null references tenant,
    digest blob not null,
    person_id text not null,
    created_at integer not null,
    used_at integer,
    primary key (tenant, digest),
    foreign key (tenant, person_id) references person
);

create index person_identity_of on person_identity (tenant, person_id);
