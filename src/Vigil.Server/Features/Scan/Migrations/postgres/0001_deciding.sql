create table deciding_clock (
    tenant text primary key,
    generation bigint not null
);

-- Version 1 is the default that comes with the program and has no row.
create table policy (
    tenant text not null,
    id uuid not null,
    version bigint,
    state text not null check (state in ('Draft', 'Active', 'Retired', 'Discarded')),
    title text not null,
    document text not null,
    revision bigint not null,
    created_at bigint not null,
    created_by text not null,
    changed_at bigint not null,
    changed_by text not null,
    activated_at bigint,
    activated_by text,
    primary key (tenant, id)
);

create unique index policy_version on policy (tenant, version);
create unique index policy_active on policy (tenant) where state = 'Active';

-- One row for each review, block, or shadow hit that was kept; a miss has none. why: sealed, with the reference of
-- the content; sha256_blind: keyed.
create table decision (
    tenant text not null,
    id uuid not null,
    at bigint not null,
    surface text not null,
    jurisdiction text not null,
    outcome text not null check (outcome in ('None', 'Review', 'Block')),
    with_shadows text not null check (with_shadows in ('None', 'Review', 'Block')),
    is_shadow boolean not null,
    policy_version bigint not null,
    list_generation bigint not null,
    case_ref text,
    state text not null check (state in ('Active', 'Reversed', 'Reopened')),
    state_at bigint not null,
    is_test boolean not null,
    names_no_suspect boolean not null,
    sha256_blind bytea,
    why bytea not null,
    primary key (tenant, id)
);

create index decision_time on decision (tenant, at, id);

create table decision_entry (
    tenant text not null,
    entry_id uuid not null,
    list_id uuid not null,
    decision_id uuid not null,
    primary key (tenant, entry_id, list_id, decision_id)
);

create index decision_entry_decision on decision_entry (tenant, decision_id);

-- A person found that this file is harmless: this entry never flags it again.
create table entry_exception (
    tenant text not null,
    list_id uuid not null,
    entry_id uuid not null,
    sha256_blind bytea not null,
    decision_id uuid not null,
    at bigint not null,
    generation bigint not null,
    primary key (tenant, list_id, entry_id, sha256_blind)
);

create index entry_exception_generation on entry_exception (tenant, generation);

-- day: days since 1970-01-01 UTC.
create table shadow_count (
    tenant text not null,
    day bigint not null,
    list_id uuid not null,
    rule text not null,
    would text not null,
    count bigint not null,
    primary key (tenant, day, list_id, rule, would)
);

create view scan_decision as
select
    tenant, id, at, surface, jurisdiction, outcome, with_shadows, is_shadow, policy_version, list_generation,
    case_ref, state, state_at, is_test
from decision;
