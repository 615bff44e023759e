-- What a person answered for themselves: sealed, for nobody else, deleted after a set time. The ledger knows nothing of it.
create table viewing_checkin (
    tenant text not null,
    id uuid not null,
    viewer text not null,
    at bigint not null,
    answers bytea not null,
    primary key (tenant, id)
);

create index viewing_checkin_viewer on viewing_checkin (tenant, viewer, at);
create index viewing_checkin_time on viewing_checkin (tenant, at);

-- Not now: no check-in is offered before then.
create table viewing_checkin_later (
    tenant text not null,
    viewer text not null,
    until bigint not null,
    primary key (tenant, viewer)
);

-- Somebody would like to talk: who and since when is all that the wellness lead sees.
create table viewing_contact (
    tenant text not null,
    id uuid not null,
    viewer text not null,
    asked_at bigint not null,
    owner text,
    answered_at bigint,
    answered_by text,
    primary key (tenant, id)
);

create index viewing_contact_open on viewing_contact (tenant, answered_at, asked_at);

-- Whom people can talk to, as the tenant sets it: text alone, nothing is called.
create table viewing_helper (
    tenant text not null,
    id uuid not null,
    place text not null,
    language text not null,
    name text not null,
    phone text not null,
    hours text not null,
    link text not null,
    primary key (tenant, id)
);
