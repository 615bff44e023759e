-- What is said in a content, as a program or a person of the operator wrote it down. One for a content, sealed; a later one takes
-- its place, and it goes with the content. characters: of the text, in UTF-16 units.
create table viewing_transcript (
    tenant text not null,
    content_id uuid not null,
    case_ref text not null,
    words bytea not null,
    made_by bytea not null,
    language text not null,
    characters bigint not null,
    delivered_at bigint not null,
    delivered_by text not null,
    primary key (tenant, content_id)
);

create index viewing_transcript_case on viewing_transcript (tenant, case_ref);

alter table viewing_words drop constraint viewing_words_about_check;
alter table viewing_words add constraint viewing_words_about_check
    check (about in ('case', 'notice', 'report', 'subject', 'transcript'));
