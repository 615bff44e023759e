-- One row for each time words of people (conversations, flags, notices) were uncovered for a person. It is written before they
-- are read, with the time that they may at most stay uncovered, and made less by what the server saw. They are no content: a
-- table of its own. read_ms: -1 once it is forgotten.
create table viewing_words (
    tenant text not null,
    id text not null,
    case_ref text not null,
    about text not null check (about in ('case', 'notice', 'report', 'subject')),
    viewer text not null,
    session_id text,
    state text not null check (state in ('Asked', 'Shown', 'Refused')),
    started_at integer not null,
    ended_at integer not null,
    read_ms integer not null,
    is_ended integer not null,
    primary key (tenant, id)
) without rowid;

create index viewing_words_viewer on viewing_words (tenant, viewer, started_at);
create index viewing_words_case on viewing_words (tenant, case_ref, started_at);
create index viewing_words_time on viewing_words (tenant, started_at);

alter table viewing_day add column words integer not null default 0;
