-- A video is gone through frame by frame, and heard: modes of their own, which are never views of the file.
alter table viewing_record drop constraint viewing_record_mode_check;
alter table viewing_record add constraint viewing_record_mode_check
    check (mode in ('Rendition', 'Reveal', 'Metadata', 'Scrub', 'Sound'));
alter table viewing_day add column scrubs integer not null default 0;
alter table viewing_day add column sounds integer not null default 0;
