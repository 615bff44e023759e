create table list_clock (
    tenant text primary key,
    generation bigint not null
);

create table list (
    tenant text not null,
    id uuid not null,
    name text not null,
    title text not null,
    source text not null,
    purpose text not null,
    licence text not null,
    onward_sharing text not null,
    confidence text not null,
    jurisdiction text not null,
    attestation text,
    mode text not null check (mode in ('Off', 'Shadow', 'Review', 'Enforce')),
    radius bigint not null,
    quality_floor bigint not null,
    is_test boolean not null,
    stale_after_days bigint,
    generation bigint not null,
    active_entries bigint not null default 0,
    quarantined_entries bigint not null default 0,
    removed_entries bigint not null default 0,
    entries_changed_at bigint not null,
    created_at bigint not null,
    created_by text not null,
    changed_at bigint not null,
    changed_by text not null,
    removed_at bigint,
    removed_by text,
    removed_reason text,
    primary key (tenant, id)
);

create unique index list_name on list (tenant, name) where removed_at is null;
create index list_generation on list (tenant, generation);

-- One row for each distinct set of fingerprints of a file, each URL and each domain, however many entries name it.
create table signal (
    tenant text not null,
    id uuid not null,
    kind text not null check (kind in ('File', 'Url', 'Domain')),
    blind bytea not null,
    sealed bytea not null,
    has_quality boolean not null,
    primary key (tenant, id)
);

create unique index signal_blind on signal (tenant, kind, blind);

-- Each fingerprint of a signal that has more than one, so that a signal is found by any of them.
create table signal_part (
    tenant text not null,
    blind bytea not null,
    signal_id uuid not null,
    primary key (tenant, blind, signal_id)
);

create table list_entry (
    tenant text not null,
    list_id uuid not null,
    id uuid not null,
    signal_id uuid not null,
    source_ref text not null,
    category text not null,
    state text not null check (state in ('Active', 'Quarantined', 'Removed')),
    reason text,
    state_at bigint not null,
    state_by text not null,
    added_at bigint not null,
    added_by text not null,
    import_id uuid,
    generation bigint not null,
    primary key (tenant, list_id, id)
);

create unique index list_entry_signal on list_entry (tenant, signal_id, list_id, source_ref);
create index list_entry_generation on list_entry (tenant, generation);

create table list_import (
    tenant text not null,
    id uuid not null,
    list_id uuid not null,
    file_name text not null,
    instance uuid not null,
    state text not null check (state in ('Running', 'Done', 'Failed', 'Cancelled')),
    is_cancel_wanted boolean not null default false,
    restores boolean not null,
    bytes_total bigint,
    bytes_read bigint not null default 0,
    rows bigint not null default 0,
    added bigint not null default 0,
    already_there bigint not null default 0,
    updated bigint not null default 0,
    tombstoned bigint not null default 0,
    rejected bigint not null default 0,
    problem text,
    advice text,
    started_at bigint not null,
    started_by text not null,
    seen_at bigint not null,
    finished_at bigint,
    primary key (tenant, list_id, id)
);

create table list_import_reject (
    tenant text not null,
    import_id uuid not null,
    code text not null,
    count bigint not null,
    first_row bigint not null,
    advice text not null,
    primary key (tenant, import_id, code)
);

create table suppression (
    tenant text not null,
    id uuid not null,
    sha256_blind bytea,
    md5_sha1_blind bytea,
    reason text not null,
    expires_at bigint not null,
    sample_every bigint not null,
    hits bigint not null default 0,
    sampled bigint not null default 0,
    last_hit_at bigint,
    created_at bigint not null,
    created_by text not null,
    removed_at bigint,
    removed_by text,
    removed_reason text,
    generation bigint not null,
    primary key (tenant, id)
);

create index suppression_generation on suppression (tenant, generation);

-- What scanning follows: rows whose generation is above the last one seen, in order of generation.
create view scan_list as
select
    tenant, id, name, purpose, mode, radius, quality_floor, is_test,
    attestation is not null as is_report_eligible,
    confidence, jurisdiction, stale_after_days, entries_changed_at, generation,
    removed_at is not null as is_removed
from list;

-- sealed: see ListSecrets. An entry of a removed list stays as it is; its list says that it is removed.
create view scan_entry as
select
    e.tenant, e.list_id, e.id as entry_id, e.signal_id, s.kind, s.sealed, e.state, e.generation
from list_entry e
join signal s on s.tenant = e.tenant and s.id = e.signal_id;

create view scan_suppression as
select
    tenant, id, sha256_blind, md5_sha1_blind, expires_at, sample_every, generation,
    removed_at is not null as is_removed
from suppression;

create view scan_clock as select tenant, generation from list_clock;
