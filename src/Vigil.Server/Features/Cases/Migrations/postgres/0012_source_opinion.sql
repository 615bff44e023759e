-- What was sent to who keeps a list: ids and a word. Received until the outbox says so; given up: a person's draft.
create table case_source_opinion (
    tenant text not null,
    id uuid not null,
    case_id uuid not null,
    list_id uuid not null,
    entry_id uuid not null,
    opinion text not null check (opinion in ('FalsePositive', 'TruePositive')),
    retracts uuid,
    delivery uuid not null,
    state text not null check (state in ('Sending', 'Received', 'Ended')),
    sent_at bigint not null,
    state_at bigint not null,
    primary key (tenant, id)
);

create index case_source_opinion_case on case_source_opinion (tenant, case_id);
create index case_source_opinion_state on case_source_opinion (tenant, state, sent_at);
