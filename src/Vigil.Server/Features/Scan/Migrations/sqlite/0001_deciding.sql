create table deciding_clock (
    tenant text primary key,
    generation integer not null
);

-- Version 1 is the default that comes with the program and has no row.
create table policy (
    tenant text not null,
    id text not null,
    version integer,
    state text not null check (state in ('Draft', 'Active', 'Retired', 'Discarded')),
    title text not null,
    document text not null,
    revision integer not null,
    created_at integer not null,
    created_by text not null,
    changed_at integer not null,
    changed_by text not null,
    activated_at integer,
    activated_by text,
    primary key (tenant, id)
);

create unique index policy_version on policy (tenant, version);
create unique index policy_active on policy (tenant) where state = 'Active';

-- One row for each review, block, or shadow hit that was kept; a miss has none. why: sealed, with the reference of
-- the content; sha256_blind: keyed.
create table decision (
    tenant text not null,
    id text not null,
    at integer not null,
    surface text not null,
    jurisdiction text not null,
    outcome text not null check (outcome in ('None', 'Review', 'Block')),
    with_shadows text not null check (with_shadows in ('None', 'Review', 'Block')),
    is_shadow integer not null,
    policy_version integer not null,
    list_generation integer not null,
    case_ref text,
    state text not null check (state in ('Active', 'Reversed', 'Reopened')),
    state_at integer not null,
    is_test integer not null,
    names_no_suspect integer not null,
    sha256_blind blob,
    why blob not null,
    primary key (tenant, id)
);

create index decision_time on decision (tenant, at, id);

create table decision_entry (
    tenant text not null,
    entry_id text not null,
    list_id text not null,
    decision_id text not null,
    primary key (tenant, entry_id, list_id, decision_id)
);

create index decision_entry_decision on decision_entry (tenant, decision_id);

-- A person found that this file is harmless: this entry never flags it again.
create table entry_exception (
    tenant text not null,
    list_id text not null,
    entry_id text not null,
    sha256_blind blob not null,
    decision_id text not null,
    at integer not null,
    generation integer not null,
    primary key (tenant, list_id, entry_id, sha256_blind)
);

create index entry_exception_generation on entry_exception (tenant, generation);

-- day: days since 1970-01-01 UTC.
create table shadow_count (
    tenant text not null,
    day integer not null,
    list_id text not null,
    rule text not null,
    would text not null,
    count integer not null,
    primary key (tenant, day, list_id, rule, would)
);

create view scan_decision as
select
    tenant, id, at, surface, jurisdiction, outcome, with_shadows, is_shadow, policy_version, list_generation,
    case_ref, state, state_at, is_test
from decision;
