-- The last number given to a row of the three tables below: they are journaled outside the database in this order.
create table custody (
    tenant text primary key,
    seq integer not null
) without rowid;

-- One sealed object of the locker, under the same id. It stays as a tombstone with the times of its destruction.
create table content (
    tenant text not null,
    id text not null,
    seq integer not null,
    case_ref text not null,
    item_id text,
    kind text not null check (kind in ('picture', 'video', 'other')),
    bytes integer not null,
    sha256_digest blob not null,
    jurisdiction text not null,
    is_sample integer not null,
    state text not null check (state in ('Sealed', 'Destroying', 'Destroyed')),
    sealed_at integer not null,
    sealed_by text not null,
    destroying_at integer,
    destroyed_because text,
    removed_at integer,
    epoch integer,
    closed_at integer,
    missing_at integer,
    primary key (tenant, id)
) without rowid;

create index content_case on content (tenant, case_ref);
create index content_seq on content (tenant, seq);
create index content_state on content (tenant, state, sealed_at);

-- How much is held is asked with every sealing.
create index content_room on content (tenant, state, bytes);

-- Of a case and all that it holds or will hold, or of one content.
create table content_hold (
    tenant text not null,
    id text not null,
    seq integer not null,
    kind text not null check (kind in ('Legal', 'Preservation', 'LawEnforcement', 'Dispute')),
    case_ref text,
    content_id text,
    authority text not null,
    reason text not null,
    placed_at integer not null,
    placed_by text not null,
    expires_at integer,
    lifted_at integer,
    lifted_by text,
    lift_reason text,
    primary key (tenant, id),
    check ((case_ref is null) <> (content_id is null))
) without rowid;

create index content_hold_case on content_hold (tenant, case_ref);
create index content_hold_content on content_hold (tenant, content_id);
create index content_hold_seq on content_hold (tenant, seq);

-- One report of one content: pending, then finished with the time until which the law asks to keep it.
create table content_clock (
    tenant text not null,
    id text not null,
    seq integer not null,
    content_id text not null,
    report_id text not null,
    jurisdiction text not null,
    started_at integer not null,
    finished_at integer,
    keep_until integer,
    primary key (tenant, id)
) without rowid;

create index content_clock_content on content_clock (tenant, content_id);
create index content_clock_report on content_clock (tenant, report_id);
create index content_clock_seq on content_clock (tenant, seq);

-- What features may know of contents.
create view content_overview as
    select tenant, id, case_ref, item_id, kind, bytes, sha256_digest,
        case when state = 'Sealed' then 'Sealed' else 'Destroyed' end as state, sealed_at, is_sample
    from content;
