create table case_file (
    tenant text not null,
    id uuid not null,
    ref text not null,
    state text not null check (state in ('Open', 'Decided', 'Closed')),
    outcome text check (outcome in ('NotCsam', 'Confirmed')),
    closed_because text,
    origin text not null,
    account bytea,
    account_digest bytea,
    surface text not null,
    jurisdiction text not null,
    opened_at bigint not null,
    last_item_at bigint not null,
    updated_at bigint not null,
    item_count integer not null,
    is_test boolean not null,
    names_no_suspect boolean not null,
    is_contradiction boolean not null,
    priority integer not null,
    takes_items boolean not null,
    continues text,
    continued_by text,
    primary key (tenant, id)
);

create unique index case_file_ref on case_file (tenant, ref);

-- The race it prevents: two cases opened at once for one account.
create unique index case_file_taking on case_file (tenant, account_digest, is_test) where takes_items;

create index case_file_account on case_file (tenant, account_digest);
create index case_file_queue on case_file (tenant, state, priority, opened_at);

create table case_item (
    tenant text not null,
    id uuid not null,
    case_id uuid not null,
    origin text not null,
    decision_id uuid,
    content_ref bytea,
    content_digest bytea,
    surface text not null,
    jurisdiction text not null,
    decision text not null,
    summary text not null,
    words bytea,
    at bigint not null,
    flag_count integer not null,
    names_no_suspect boolean not null,
    state text not null check (state in ('Open', 'NotCsam', 'Confirmed')),
    decided_by text,
    decided_at bigint,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
);

create unique index case_item_decision on case_item (tenant, decision_id) where decision_id is not null;
create index case_item_case on case_item (tenant, case_id, at);
create index case_item_content on case_item (tenant, content_digest);

create table case_flag (
    tenant text not null,
    id uuid not null,
    item_id uuid not null,
    digest bytea not null,
    reason text not null,
    reporter bytea,
    words bytea,
    thread bytea,
    count integer not null,
    first_at bigint not null,
    last_at bigint not null,
    primary key (tenant, id),
    foreign key (tenant, item_id) references case_item (tenant, id)
);

create unique index case_flag_digest on case_flag (tenant, digest);
create index case_flag_item on case_flag (tenant, item_id, first_at);

create table case_event (
    tenant text not null,
    id uuid not null,
    case_id uuid not null,
    at bigint not null,
    actor text not null,
    what text not null,
    words bytea,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
);

create index case_event_case on case_event (tenant, case_id, at);

-- What other features may know of cases: no words, no accounts.
create view case_overview as
    select tenant, ref, state, outcome, origin, surface, jurisdiction, opened_at, updated_at, item_count, is_test, priority
    from case_file;
