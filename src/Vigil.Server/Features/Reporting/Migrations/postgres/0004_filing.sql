-- Where the filing of a report stands. Not sealed: numbers of the service, phases and times; nothing personal.
create table filing (
    tenant text not null,
    report_id uuid not null,
    environment text not null check (environment in ('Test', 'Production')),
    state text not null,
    version bigint not null,
    epoch bigint not null,
    lease_owner text,
    lease_until bigint,
    next_at bigint,
    phase text not null,
    attempt integer not null,
    remote_id text,
    request_ids text not null,
    last_code integer,
    waits_for text not null,
    alarms text not null,
    told text not null check (told in ('', 'Late', 'VeryLate')),
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
);

create index filing_due on filing (tenant, next_at);

create view filing_overview as
    select tenant, report_id, environment, phase, attempt, remote_id, request_ids, next_at, alarms, last_code, waits_for,
        lease_until
    from filing;

-- Each call and what was said, byte for byte; sealed. A submitted report is the approved document, a file its content.
create table filing_exchange (
    tenant text not null,
    id uuid not null,
    report_id uuid not null,
    attempt integer not null,
    number bigint not null,
    call text not null,
    outcome text not null,
    request_id text,
    code integer,
    http_status integer,
    at bigint not null,
    sent bytea,
    answered bytea,
    primary key (tenant, id),
    foreign key (tenant, report_id) references report (tenant, id)
);

create index filing_exchange_of on filing_exchange (tenant, report_id, number);

create table filing_environment (
    tenant text not null,
    environment text not null check (environment in ('Test', 'Production')),
    address text not null,
    user_name bytea not null,
    password bytea not null,
    set_at bigint not null,
    set_by text not null,
    checked_at bigint,
    checked_by text,
    outcome text not null,
    schema bytea,
    schema_at bigint,
    schema_by text,
    primary key (tenant, environment)
);

-- What a person noted on the way to the first report.
create table filing_step (
    tenant text not null,
    step text not null,
    note text not null,
    at bigint not null,
    by_whom text not null,
    primary key (tenant, step)
);

-- Journals outside the database that belong to it.
create table filing_journal (
    tenant text not null,
    id uuid not null,
    began_at bigint not null,
    primary key (tenant, id)
);

-- What the journal knows and the database does not: nothing is filed until persons decided about each.
create table filing_fence (
    tenant text not null,
    report_id uuid not null,
    why text not null check (why in ('Ahead', 'Lost')),
    known bytea,
    known_epoch bigint not null,
    known_call bigint not null,
    opened_at bigint not null,
    asked bytea,
    decided_at bigint,
    decided_by text,
    decision text,
    primary key (tenant, report_id)
);
