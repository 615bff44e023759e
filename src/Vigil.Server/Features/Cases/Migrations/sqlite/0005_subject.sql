-- What was done to an account or its content, apart from any report; each can be taken back. words, statement: sealed.
create table account_action (
    tenant text not null,
    id text not null,
    case_id text not null,
    kind text not null,
    state text not null check (state in ('Active', 'Reversed')),
    acted_by text not null,
    acted_at integer not null,
    reason text not null,
    statement blob not null,
    reversed_by text,
    reversed_at integer,
    reversed_because text,
    tell text not null check (tell in ('Allowed', 'Delayed', 'Forbidden')),
    tell_source text not null,
    tell_at integer,
    told_at integer,
    told_by text,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
) without rowid;

create index account_action_case on account_action (tenant, case_id, acted_at);
create index account_action_tell on account_action (tenant, tell, tell_at);

create table appeal (
    tenant text not null,
    id text not null,
    action_id text not null,
    state text not null check (state in ('Open', 'Upheld', 'Granted')),
    words blob,
    at integer not null,
    decided_by text,
    decided_at integer,
    reason text,
    primary key (tenant, id),
    foreign key (tenant, action_id) references account_action (tenant, id)
) without rowid;

create index appeal_state on appeal (tenant, state, at);
create index appeal_action on appeal (tenant, action_id, at);

-- What somebody who was told said of it afterwards. words: sealed.
create table case_feedback (
    tenant text not null,
    id text not null,
    case_id text not null,
    from_whom text not null,
    outcome text not null,
    words blob,
    at integer not null,
    given_by text not null,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
) without rowid;

create index case_feedback_case on case_feedback (tenant, case_id, at);

-- Letters that a finding of "not CSAM" asks for, drafted; a person sends them. words, whom: sealed.
create table case_correction (
    tenant text not null,
    id text not null,
    case_id text not null,
    kind text not null,
    whom blob not null,
    words blob not null,
    state text not null check (state in ('Draft', 'Sent', 'Dropped')),
    drafted_at integer not null,
    ended_at integer,
    ended_by text,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
) without rowid;

create index case_correction_state on case_correction (tenant, state, drafted_at);
create index case_correction_case on case_correction (tenant, case_id, drafted_at);
