-- Metadata is looked at too: a mode of its own, which is never a view of the file.
drop view view_record;
drop view content_viewed;
alter table viewing_record add column metadata_whole boolean not null default false;
alter table viewing_record drop constraint viewing_record_mode_check;
alter table viewing_record add constraint viewing_record_mode_check check (mode in ('Rendition', 'Reveal', 'Metadata'));

create view view_record as
    select tenant, id, content_id, case_ref, viewer, started_at, ended_at, unblurred_ms / 1000 as seconds,
        lower(mode) as mode, shown_whole
    from viewing_record
    where state <> 'Refused';

-- fileViewed: this very file was shown whole, unblurred and readable. exifViewed: all of its metadata was shown, places among
-- them, and it has some.
create view content_viewed as
    select tenant, content_id, case_ref, min(started_at) as first_at, count(*) as times,
        bool_or(shown_whole) as file_viewed, bool_or(metadata_whole) as exif_viewed
    from viewing_record
    where state <> 'Refused'
    group by tenant, content_id, case_ref;
