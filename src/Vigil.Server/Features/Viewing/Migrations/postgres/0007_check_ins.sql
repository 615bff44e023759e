-- How many days a person looked at something on, since they were last asked how they are. day: when the last of them began.
create table viewing_worked (
    tenant text not null,
    viewer text not null,
    day bigint not null,
    days bigint not null,
    primary key (tenant, viewer)
);

-- How are you? For the person alone. answer: one byte, sealed. Forgotten after 90 days.
create table viewing_check_in (
    tenant text not null,
    id uuid not null,
    viewer text not null,
    at bigint not null,
    cause text not null check (cause in ('Days', 'Limit')),
    state text not null check (state in ('Open', 'Answered', 'Skipped')),
    answer bytea,
    answered_at bigint,
    primary key (tenant, id)
);

create index viewing_check_in_viewer on viewing_check_in (tenant, viewer, at);
create index viewing_check_in_time on viewing_check_in (tenant, at);

-- Somebody asks their wellness lead for a talk: by a press of their own, and without a word more.
create table viewing_talk (
    tenant text not null,
    id uuid not null,
    viewer text not null,
    at bigint not null,
    done_at bigint,
    done_by text,
    primary key (tenant, id)
);

create index viewing_talk_viewer on viewing_talk (tenant, viewer, at);
create index viewing_talk_time on viewing_talk (tenant, at);
