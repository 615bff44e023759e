-- Where the filing of a report stands. Not sealed: numbers of the service, phases and times; nothing personal.
create table filing (
    tenant text not null,
    report_id text not null,
    environment text not null check (environment in ('Test', 'Production')),
    state text not null,
    version integer not null,
    epoch integer not null,
    lease_owner text,
    lease_until integer,
    next_at integer,
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
) without rowid;

create index filing_due on filing (tenant, next_at);

create view filing_overview as
    select tenant, report_id, environment, phase, attempt, remote_id, request_ids, next_at, alarms, last_code, waits_for,
        lease_until
    from filing;

-- Each call and what was said, byte for byte; sealed. A submitted report is the approved document, a file its content.
create table filing_exchange (
    tenant text not null,
    id text not null,
    report_id text not null,
    attempt integer not null,
    number integer not null,
    call text not null,
    outcome text not null,
    request_id text,
    code integer,
    http_status integer,
    at integer not null,
    sent blob,
    answered blob,
    primary key (tenant, id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;

create index filing_exchange_of on filing_exchange (tenant, report_id, number);

create table filing_environment (
    tenant text not null,
    environment text not null check (environment in ('Test', 'Production')),
    address text not null,
    user_name blob not null,
    password blob not null,
    set_at integer not null,
    set_by text not null,
    checked_at integer,
    checked_by text,
    outcome text not null,
    schema blob,
    schema_at integer,
    schema_by text,
    primary key (tenant, environment)
) without rowid;

-- What a person noted on the way to the first report.
create table filing_step (
    tenant text not null,
    step text not null,
    note text not null,
    at integer not null,
    by_whom text not null,
    primary key (tenant, step)
) without rowid;

-- Journals outside the database that belong to it.
create table filing_journal (
    tenant text not null,
    id text not null,
    began_at integer not null,
    primary key (tenant, id)
) without rowid;

-- What the journal knows and the database does not: nothing is filed until persons decided about each.
create table filing_fence (
    tenant text not null,
    report_id text not null,
    why text not null check (why in ('Ahead', 'Lost')),
    known blob,
    known_epoch integer not null,
    known_call integer not null,
    opened_at integer not null,
    asked blob,
    decided_at integer,
    decided_by text,
    decision text,
    primary key (tenant, report_id)
) without rowid;
