-- What a clock's deadline rests on: the duties that apply, or a setting; in words, with source and day.
alter table report_due add column rests_on text not null default '';
