create table list_clock (
    tenant text primary key,
    generation integer not null
) without rowid;

create table list (
    tenant text not null,
    id text not null,
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
    radius integer not null,
    quality_floor integer not null,
    is_test integer not null,
    stale_after_days integer,
    generation integer not null,
    active_entries integer not null default 0,
    quarantined_entries integer not null default 0,
    removed_entries integer not null default 0,
    entries_changed_at integer not null,
    created_at integer not null,
    created_by text not null,
    changed_at integer not null,
    changed_by text not null,
    removed_at integer,
    removed_by text,
    removed_reason text,
    primary key (tenant, id)
) without rowid;

create unique index list_name on list (tenant, name) where removed_at is null;
create index list_generation on list (tenant, generation);

-- One row for each distinct set of fingerprints of a file, each URL and each domain, however many entries name it.
create table signal (
    tenant text not null,
    id text not null,
    kind text not null check (kind in ('File', 'Url', 'Domain')),
    blind blob not null,
    sealed blob not null,
    has_quality integer not null,
    primary key (tenant, id)
) without rowid;

create unique index signal_blind on signal (tenant, kind, blind);

-- Each fingerprint of a signal that has more than one, so that a signal is found by any of them.
create table signal_part (
    tenant text not null,
    blind blob not null,
    signal_id text not null,
    primary key (tenant, blind, signal_id)
) without rowid;

create table list_entry (
    tenant text not null,
    list_id text not null,
    id text not null,
    signal_id text not null,
    source_ref text not null,
    category text not null,
    state text not null check (state in ('Active', 'Quarantined', 'Removed')),
    reason text,
    state_at integer not null,
    state_by text not null,
    added_at integer not null,
    added_by text not null,
    import_id text,
    generation integer not null,
    primary key (tenant, list_id, id)
) without rowid;

create unique index list_entry_signal on list_entry (tenant, signal_id, list_id, source_ref);
create index list_entry_generation on list_entry (tenant, generation);

create table list_import (
    tenant text not null,
    id text not null,
    list_id text not null,
    file_name text not null,
    instance text not null,
    state text not null check (state in ('Running', 'Done', 'Failed', 'Cancelled')),
    is_cancel_wanted integer not null default 0,
    restores integer not null,
    bytes_total integer,
    bytes_read integer not null default 0,
    rows integer not null default 0,
    added integer not null default 0,
    already_there integer not null default 0,
    updated integer not null default 0,
    tombstoned integer not null default 0,
    rejected integer not null default 0,
    problem text,
    advice text,
    started_at integer not null,
    started_by text not null,
    seen_at integer not null,
    finished_at integer,
    primary key (tenant, list_id, id)
) without rowid;

create table list_import_reject (
    tenant text not null,
    import_id text not null,
    code text not null,
    count integer not null,
    first_row integer not null,
    advice text not null,
    primary key (tenant, import_id, code)
) without rowid;

create table suppression (
    tenant text not null,
    id text not null,
    sha256_blind blob,
    md5_sha1_blind blob,
    reason text not null,
    expires_at integer not null,
    sample_every integer not null,
    hits integer not null default 0,
    sampled integer not null default 0,
    last_hit_at integer,
    created_at integer not null,
    created_by text not null,
    removed_at integer,
    removed_by text,
    removed_reason text,
    generation integer not null,
    primary key (tenant, id)
) without rowid;

create index suppression_generation on suppression (tenant, generation);

-- What scanning follows: rows whose generation is above the last one seen, in order of generation.
create view scan_list as
select
    tenant, id, name, purpose, mode, radius, quality_floor, is_test,
    case when attestation is null then 0 else 1 end as is_report_eligible,
    confidence, jurisdiction, stale_after_days, entries_changed_at, generation,
    case when removed_at is null then 0 else 1 end as is_removed
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
    case when removed_at is null then 0 else 1 end as is_removed
from suppression;

create view scan_clock as select tenant, generation from list_clock;
