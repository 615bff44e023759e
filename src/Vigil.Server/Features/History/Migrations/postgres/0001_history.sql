-- Off where there is no row. is_erasing: turned off, and the files are not gone yet.
create table history (
    tenant text primary key,
    is_on boolean not null,
    is_erasing boolean not null default false,
    days bigint not null,
    max_bytes bigint not null,
    hunts_by_itself boolean not null,
    hunted_generation bigint not null,
    since_at bigint,
    changed_at bigint not null,
    changed_by text not null
);

-- One sealed file of one day (days since 1970-01-01 UTC). Damaged: it cannot be hunted; problem says why.
create table history_segment (
    tenant text not null,
    id uuid not null,
    day bigint not null,
    epoch bigint not null,
    version bigint not null,
    rows bigint not null,
    hashes bigint not null,
    bytes bigint not null,
    from_at bigint not null,
    to_at bigint not null,
    min_generation bigint not null,
    state text not null check (state in ('Whole', 'Damaged')),
    problem text,
    primary key (tenant, id)
);

create index history_segment_day on history_segment (tenant, day, id);

-- Contents that were scanned and are not in the history, with the reason.
create table history_loss (
    tenant text not null,
    day bigint not null,
    reason text not null,
    count bigint not null,
    primary key (tenant, day, reason)
);

-- sealed: what is to be erased, until it is.
create table history_erasure (
    tenant text not null,
    id uuid not null,
    kind text not null check (kind in ('ContentRef', 'Account')),
    sealed bytea,
    state text not null check (state in ('Waiting', 'Done')),
    rows bigint not null default 0,
    asked_at bigint not null,
    asked_by text not null,
    done_at bigint,
    primary key (tenant, id)
);

create table hunt (
    tenant text not null,
    id uuid not null,
    state text not null check (state in ('Waiting', 'Running', 'Paused', 'Done', 'Incomplete', 'Cancelled')),
    is_by_itself boolean not null,
    is_whole boolean not null,
    list_id uuid,
    from_generation bigint not null,
    to_generation bigint not null,
    reason text not null,
    slice bigint not null default 0,
    slice_generation bigint not null default 0,
    slice_list uuid,
    slice_entry uuid,
    entries bigint not null default 0,
    entries_done bigint not null default 0,
    entries_unreadable bigint not null default 0,
    hashes bigint not null default 0,
    segments bigint not null default 0,
    hits bigint not null default 0,
    hits_limit bigint not null,
    hashes_done bigint not null default 0,
    segments_done bigint not null default 0,
    damaged bigint not null default 0,
    work_ms bigint not null default 0,
    shadow bigint not null default 0,
    known bigint not null default 0,
    suppressed bigint not null default 0,
    refused bigint not null default 0,
    problem text,
    created_at bigint not null,
    created_by text not null,
    started_at bigint,
    seen_at bigint not null,
    finished_at bigint,
    primary key (tenant, id)
);

-- A segment that a hunt is done with, for one slice of its entries. Of a hunt that is over the damaged ones stay.
create table hunt_part (
    tenant text not null,
    hunt_id uuid not null,
    slice bigint not null,
    segment_id uuid not null,
    day bigint not null,
    is_damaged boolean not null,
    primary key (tenant, hunt_id, slice, segment_id)
);

-- One content and one entry are found once, whatever hunts there are. content_blind: keyed.
create table hunt_hit (
    tenant text not null,
    content_blind bytea not null,
    list_id uuid not null,
    entry_id uuid not null,
    hunt_id uuid not null,
    decision_id uuid not null,
    case_ref text,
    distance_bits bigint,
    scan_id uuid not null,
    scanned_at bigint not null,
    at bigint not null,
    primary key (tenant, content_blind, list_id, entry_id)
);

create index hunt_hit_hunt on hunt_hit (tenant, hunt_id, decision_id);

-- What each list was when hunts were last planned: one that reaches further now is hunted whole.
create table hunt_list (
    tenant text not null,
    list_id uuid not null,
    mode text not null,
    radius bigint not null,
    quality_floor bigint not null,
    primary key (tenant, list_id)
);
