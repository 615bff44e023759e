-- A video is gone through frame by frame, and heard: modes of their own, which are never views of the file.
-- SQLite changes no check of a table: the rows move into a new one.
drop view view_record;
drop view content_viewed;
alter table viewing_record rename to viewing_record_before;

create table viewing_record (
    tenant text not null,
    id text not null,
    content_id text not null,
    case_ref text not null,
    viewer text not null,
    session_id text not null,
    mode text not null check (mode in ('Rendition', 'Reveal', 'Metadata', 'Scrub', 'Sound')),
    shown_as text not null,
    state text not null check (state in ('Asked', 'Shown', 'Refused')),
    started_at integer not null,
    ended_at integer not null,
    unblurred_ms integer not null,
    is_readable integer not null,
    source_width integer not null,
    source_height integer not null,
    is_ended integer not null,
    shown_whole integer not null,
    metadata_whole integer not null default 0,
    found text check (found in ('Single', 'Animation', 'Truncated', 'Video', 'TooLong', 'Nothing')),
    primary key (tenant, id)
) without rowid;

insert into viewing_record
    select tenant, id, content_id, case_ref, viewer, session_id, mode, shown_as, state, started_at, ended_at,
        unblurred_ms, is_readable, source_width, source_height, is_ended, shown_whole, metadata_whole, found
    from viewing_record_before;
drop table viewing_record_before;

create index viewing_record_viewer on viewing_record (tenant, viewer, started_at);
create index viewing_record_content on viewing_record (tenant, content_id, shown_whole);
create index viewing_record_time on viewing_record (tenant, started_at);

create view view_record as
    select tenant, id, content_id, case_ref, viewer, started_at, ended_at, unblurred_ms / 1000 as seconds,
        lower(mode) as mode, shown_whole
    from viewing_record
    where state <> 'Refused';

-- fileViewed: this very file was shown whole, unblurred and readable. exifViewed: all of its metadata was shown, places among
-- them, and it has some.
create view content_viewed as
    select tenant, content_id, case_ref, min(started_at) as first_at, count(*) as times,
        max(shown_whole) = 1 as file_viewed, max(metadata_whole) = 1 as exif_viewed
    from viewing_record
    where state <> 'Refused'
    group by tenant, content_id, case_ref;

alter table viewing_day add column scrubs integer not null default 0;
alter table viewing_day add column sounds integer not null default 0;
