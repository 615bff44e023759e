-- Facts that one person saw, or read, of one item. Codes are derived from them and never kept.
create table case_grade (
    tenant text not null,
    id text not null,
    item_id text not null,
    grader text not null,
    round integer not null check (round in (1, 2, 3)),
    is_current integer not null,
    age_band text not null,
    activity text not null,
    depiction text not null,
    focus_on_genitals integer not null,
    animal integer not null,
    sadism integer not null,
    self_generated integer not null,
    live_streamed integer not null,
    infant integer not null,
    reasons text not null,
    words blob,
    at integer not null,
    primary key (tenant, id),
    foreign key (tenant, item_id) references case_item (tenant, id)
) without rowid;

create index case_grade_item on case_grade (tenant, item_id, at);
create index case_grade_grader on case_grade (tenant, grader, at);

-- An item that wants another pair of eyes: 2 after a first grade, 3 where two disagree.
create table case_opinion (
    tenant text not null,
    item_id text not null,
    round integer not null check (round in (2, 3)),
    state text not null check (state in ('Waiting', 'Given', 'Dropped')),
    asked_by text not null,
    asked_at integer not null,
    because text not null,
    given_at integer,
    primary key (tenant, item_id, round),
    foreign key (tenant, item_id) references case_item (tenant, id)
) without rowid;

create index case_opinion_waiting on case_opinion (tenant, state, asked_at);
