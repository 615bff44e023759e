-- One row for each time a content was opened for a person's eyes. It is written before the content is opened, with all that
-- may at most be seen, and made less by what the server saw: what it did not see ended counts in full.
create table viewing_record (
    tenant text not null,
    id text not null,
    content_id text not null,
    case_ref text not null,
    viewer text not null,
    session_id text not null,
    mode text not null check (mode in ('Rendition', 'Reveal')),
    shown_as text not null,
    reason text not null,
    state text not null check (state in ('Asked', 'Shown', 'Refused')),
    started_at integer not null,
    ended_at integer not null,
    unblurred_ms integer not null,
    is_readable integer not null,
    source_width integer not null,
    source_height integer not null,
    is_ended integer not null,
    shown_whole integer not null,
    primary key (tenant, id)
) without rowid;

create index viewing_record_viewer on viewing_record (tenant, viewer, started_at);
create index viewing_record_content on viewing_record (tenant, content_id, shown_whole);
create index viewing_record_time on viewing_record (tenant, started_at);

-- One use, one minute, one session, one content, one reason.
create table viewing_token (
    tenant text not null,
    digest blob not null,
    viewer text not null,
    session_id text not null,
    content_id text not null,
    reason text not null,
    expires_at integer not null,
    used_at integer,
    primary key (tenant, digest)
) without rowid;

create index viewing_token_expires on viewing_token (tenant, expires_at);

-- What a person set for themselves: sealed, for nobody else.
create table viewing_person (
    tenant text not null,
    viewer text not null,
    own blob not null,
    paused_at integer,
    shift_ends_at integer,
    primary key (tenant, viewer)
) without rowid;

-- Cases that a person took, for variety.
create table viewing_taken (
    tenant text not null,
    id text not null,
    viewer text not null,
    at integer not null,
    is_new_material integer not null,
    is_graphic integer not null,
    primary key (tenant, id)
) without rowid;

create index viewing_taken_viewer on viewing_taken (tenant, viewer, at);

-- Limits that were reached: all that the wellness lead sees of a person.
create table viewing_limit (
    tenant text not null,
    id text not null,
    viewer text not null,
    at integer not null,
    kind text not null check (kind in ('Soft', 'Hard', 'Hour', 'Break')),
    lifted_at integer,
    lifted_by text,
    primary key (tenant, id)
) without rowid;

create index viewing_limit_viewer on viewing_limit (tenant, viewer, at);
create index viewing_limit_time on viewing_limit (tenant, at);

-- What is left of exposure after its raw rows went: a day of all people together. day: days since 1970-01-01 UTC.
create table viewing_day (
    tenant text not null,
    day integer not null,
    renditions integer not null,
    reveals integer not null,
    unblurred_ms integer not null,
    people integer not null,
    primary key (tenant, day)
) without rowid;

create view view_record as
    select tenant, id, content_id, case_ref, viewer, started_at, ended_at, unblurred_ms / 1000 as seconds,
        case mode when 'Reveal' then 'reveal' else 'rendition' end as mode, shown_whole
    from viewing_record
    where state <> 'Refused';

-- fileViewed: this very file was shown whole, unblurred and readable. exifViewed: this version shows no one the metadata of a
-- file, so it is never true.
create view content_viewed as
    select tenant, content_id, case_ref, min(started_at) as first_at, count(*) as times,
        max(shown_whole) = 1 as file_viewed, false as exif_viewed
    from viewing_record
    where state <> 'Refused'
    group by tenant, content_id, case_ref;
