-- One reveal of a person is uncovered at a time. Those of before that no browser ended count in full, as they did.
update viewing_record set is_ended = true where mode = 'Reveal' and is_ended = false;

create unique index viewing_record_open on viewing_record (tenant, viewer) where mode = 'Reveal' and is_ended = false;
