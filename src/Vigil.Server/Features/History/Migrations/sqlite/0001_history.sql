-- Off where there is no row. is_erasing: turned off, and the files are not gone yet.
create table history (
    tenant text primary key,
    is_on integer not null,
    is_erasing integer not null default 0,
    days integer not null,
    max_bytes integer not null,
    hunts_by_itself integer not null,
    hunted_generation integer not null,
    since_at integer,
    changed_at integer not null,
    changed_by text not null
) without rowid;

-- One sealed file of one day (days since 1970-01-01 UTC). Damaged: it cannot be hunted; problem says why.
create table history_segment (
    tenant text not null,
    id text not null,
    day integer not null,
    epoch integer not null,
    version integer not null,
    rows integer not null,
    hashes integer not null,
    bytes integer not null,
    from_at integer not null,
    to_at integer not null,
    min_generation integer not null,
    state text not null check (state in ('Whole', 'Damaged')),
    problem text,
    primary key (tenant, id)
) without rowid;

create index history_segment_day on history_segment (tenant, day, id);

-- Contents that were scanned and are not in the history, with the reason.
create table history_loss (
    tenant text not null,
    day integer not null,
    reason text not null,
    count integer not null,
    primary key (tenant, day, reason)
) without rowid;

-- sealed: what is to be erased, until it is.
create table history_erasure (
    tenant text not null,
    id text not null,
    kind text not null check (kind in ('ContentRef', 'Account')),
    sealed blob,
    state text not null check (state in ('Waiting', 'Done')),
    rows integer not null default 0,
    asked_at integer not null,
    asked_by text not null,
    done_at integer,
    primary key (tenant, id)
) without rowid;

create table hunt (
    tenant text not null,
    id text not null,
    state text not null check (state in ('Waiting', 'Running', 'Paused', 'Done', 'Incomplete', 'Cancelled')),
    is_by_itself integer not null,
    is_whole integer not null,
    list_id text,
    from_generation integer not null,
    to_generation integer not null,
    reason text not null,
    slice integer not null default 0,
    slice_generation integer not null default 0,
    slice_list text,
    slice_entry text,
    entries integer not null default 0,
    entries_done integer not null default 0,
    entries_unreadable integer not null default 0,
    hashes integer not null default 0,
    segments integer not null default 0,
    hits integer not null default 0,
    hits_limit integer not null,
    hashes_done integer not null default 0,
    segments_done integer not null default 0,
    damaged integer not null default 0,
    work_ms integer not null default 0,
    shadow integer not null default 0,
    known integer not null default 0,
    suppressed integer not null default 0,
    refused integer not null default 0,
    problem text,
    created_at integer not null,
    created_by text not null,
    started_at integer,
    seen_at integer not null,
    finished_at integer,
    primary key (tenant, id)
) without rowid;

-- A segment that a hunt is done with, for one slice of its entries. Of a hunt that is over the damaged ones stay.
create table hunt_part (
    tenant text not null,
    hunt_id text not null,
    slice integer not null,
    segment_id text not null,
    day integer not null,
    is_damaged integer not null,
    primary key (tenant, hunt_id, slice, segment_id)
) without rowid;

-- One content and one entry are found once, whatever hunts there are. content_blind: keyed.
create table hunt_hit (
    tenant text not null,
    content_blind blob not null,
    list_id text not null,
    entry_id text not null,
    hunt_id text not null,
    decision_id text not null,
    case_ref text,
    distance_bits integer,
    scan_id text not null,
    scanned_at integer not null,
    at integer not null,
    primary key (tenant, content_blind, list_id, entry_id)
) without rowid;

create index hunt_hit_hunt on hunt_hit (tenant, hunt_id, decision_id);

-- What each list was when hunts were last planned: one that reaches further now is hunted whole.
create table hunt_list (
    tenant text not null,
    list_id text not null,
    mode text not null,
    radius integer not null,
    quality_floor integer not null,
    primary key (tenant, list_id)
) without rowid;
