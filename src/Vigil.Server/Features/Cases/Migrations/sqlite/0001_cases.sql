create table case_file (
    tenant text not null,
    id text not null,
    ref text not null,
    state text not null check (state in ('Open', 'Decided', 'Closed')),
    outcome text check (outcome in ('NotCsam', 'Confirmed')),
    closed_because text,
    origin text not null,
    account blob,
    account_digest blob,
    surface text not null,
    jurisdiction text not null,
    opened_at integer not null,
    last_item_at integer not null,
    updated_at integer not null,
    item_count integer not null,
    is_test integer not null,
    names_no_suspect integer not null,
    is_contradiction integer not null,
    priority integer not null,
    takes_items integer not null,
    continues text,
    continued_by text,
    primary key (tenant, id)
) without rowid;

create unique index case_file_ref on case_file (tenant, ref);

-- The race it prevents: two cases opened at once for one account.
create unique index case_file_taking on case_file (tenant, account_digest, is_test) where takes_items;

create index case_file_account on case_file (tenant, account_digest);
create index case_file_queue on case_file (tenant, state, priority, opened_at);

create table case_item (
    tenant text not null,
    id text not null,
    case_id text not null,
    origin text not null,
    decision_id text,
    content_ref blob,
    content_digest blob,
    surface text not null,
    jurisdiction text not null,
    decision text not null,
    summary text not null,
    words blob,
    at integer not null,
    flag_count integer not null,
    names_no_suspect integer not null,
    state text not null check (state in ('Open', 'NotCsam', 'Confirmed')),
    decided_by text,
    decided_at integer,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
) without rowid;

create unique index case_item_decision on case_item (tenant, decision_id) where decision_id is not null;
create index case_item_case on case_item (tenant, case_id, at);
create index case_item_content on case_item (tenant, content_digest);

create table case_flag (
    tenant text not null,
    id text not null,
    item_id text not null,
    digest blob not null,
    reason text not null,
    reporter blob,
    words blob,
    thread blob,
    count integer not null,
    first_at integer not null,
    last_at integer not null,
    primary key (tenant, id),
    foreign key (tenant, item_id) references case_item (tenant, id)
) without rowid;

create unique index case_flag_digest on case_flag (tenant, digest);
create index case_flag_item on case_flag (tenant, item_id, first_at);

create table case_event (
    tenant text not null,
    id text not null,
    case_id text not null,
    at integer not null,
    actor text not null,
    what text not null,
    words blob,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
) without rowid;

create index case_event_case on case_event (tenant, case_id, at);

-- What other features may know of cases: no words, no accounts.
create view case_overview as
    select tenant, ref, state, outcome, origin, surface, jurisdiction, opened_at, updated_at, item_count, is_test, priority
    from case_file;
