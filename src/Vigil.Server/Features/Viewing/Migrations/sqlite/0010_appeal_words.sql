-- What users say in appeals is read as other words of people are. SQLite changes no check of a table: the rows move into a new one.
alter table viewing_words rename to viewing_words_before;

create table viewing_words (
    tenant text not null,
    id text not null,
    case_ref text not null,
    about text not null check (about in ('case', 'notice', 'report', 'subject', 'transcript', 'appeal')),
    viewer text not null,
    session_id text,
    state text not null check (state in ('Asked', 'Shown', 'Refused')),
    started_at integer not null,
    ended_at integer not null,
    read_ms integer not null,
    is_ended integer not null,
    primary key (tenant, id)
) without rowid;

insert into viewing_words
    select tenant, id, case_ref, about, viewer, session_id, state, started_at, ended_at, read_ms, is_ended
    from viewing_words_before;
drop table viewing_words_before;

create index viewing_words_viewer on viewing_words (tenant, viewer, started_at);
create index viewing_words_case on viewing_words (tenant, case_ref, started_at);
create index viewing_words_time on viewing_words (tenant, started_at);
