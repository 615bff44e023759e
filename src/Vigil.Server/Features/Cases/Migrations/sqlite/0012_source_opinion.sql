-- What was sent to who keeps a list: ids and a word. Received until the outbox says so; given up: a person's draft.
create table case_source_opinion (
    tenant text not null,
    id text not null,
    case_id text not null,
    list_id text not null,
    entry_id text not null,
    opinion text not null check (opinion in ('FalsePositive', 'TruePositive')),
    retracts text,
    delivery text not null,
    state text not null check (state in ('Sending', 'Received', 'Ended')),
    sent_at integer not null,
    state_at integer not null,
    primary key (tenant, id)
) without rowid;

create index case_source_opinion_case on case_source_opinion (tenant, case_id);
create index case_source_opinion_state on case_source_opinion (tenant, state, sent_at);
