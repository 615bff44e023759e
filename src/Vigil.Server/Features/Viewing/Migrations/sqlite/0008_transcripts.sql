-- What is said in a content, as a program or a person of the operator wrote it down. One for a content, sealed; a later one takes
-- its place, and it goes with the content. characters: of the text, in UTF-16 units.
create table viewing_transcript (
    tenant text not null,
    content_id text not null,
    case_ref text not null,
    words blob not null,
    made_by blob not null,
    language text not null,
    characters integer not null,
    delivered_at integer not null,
    delivered_by text not null,
    primary key (tenant, content_id)
);

create index viewing_transcript_case on viewing_transcript (tenant, case_ref);

-- SQLite changes no check of a table: the rows move into a new one.
alter table viewing_words rename to viewing_words_before;

create table viewing_words (
    tenant text not null,
    id text not null,
    case_ref text not null,
    about text not null check (about in ('case', 'notice', 'report', 'subject', 'transcript')),
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
