-- A made-up case with a known answer. facts and answer: sealed JSON.
create table training_sample (
    tenant text not null,
    id text not null,
    title text not null,
    facts blob not null,
    answer blob not null,
    state text not null check (state in ('Active', 'Retired')),
    made_at integer not null,
    made_by text not null,
    primary key (tenant, id)
) without rowid;

create index training_sample_state on training_sample (tenant, state, made_at);

create table training_answer (
    tenant text not null,
    id text not null,
    sample_id text not null,
    person text not null,
    case_id text not null,
    is_blind integer not null,
    is_right integer not null,
    facts_right integer not null,
    facts_asked integer not null,
    at integer not null,
    primary key (tenant, id)
) without rowid;

create index training_answer_person on training_answer (tenant, person, at);

-- track: review (before a reveal) or filing (before a report).
create table training_qualification (
    tenant text not null,
    person text not null,
    track text not null check (track in ('Review', 'Filing')),
    state text not null check (state in ('Earned', 'Granted', 'Withdrawn')),
    at integer not null,
    until_at integer not null,
    given_by text not null,
    primary key (tenant, person, track)
) without rowid;

-- Decisions made without a view, drawn for somebody else to look at.
create table case_audit (
    tenant text not null,
    item_id text not null,
    decided_by text not null,
    verdict text not null,
    state text not null check (state in ('Waiting', 'Agreed', 'Disagreed')),
    drawn_at integer not null,
    audited_by text,
    audited_at integer,
    primary key (tenant, item_id),
    foreign key (tenant, item_id) references case_item (tenant, id)
) without rowid;

create index case_audit_state on case_audit (tenant, state, drawn_at);
