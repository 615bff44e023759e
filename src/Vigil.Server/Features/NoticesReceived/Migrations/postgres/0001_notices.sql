-- What a hotline or an authority told us, from its arrival to the answer. details: sealed.
create table notice_received (
    tenant text not null,
    id uuid not null,
    sender_kind text not null,
    sender_digest bytea not null,
    reference_digest bytea,
    details bytea not null,
    category text not null,
    wants_removal boolean not null,
    received_at bigint not null,
    recorded_at bigint not null,
    recorded_by text not null,
    deadline bigint,
    state text not null check (state in ('Open', 'Answered')),
    case_ref text not null,
    item_id uuid not null,
    is_found boolean not null,
    repeats bigint not null,
    removal_asked_at bigint,
    removal_asked_by text,
    primary key (tenant, id)
);

-- The race it prevents: one notice, sent twice at once, that opens two cases.
create unique index notice_received_reference on notice_received (tenant, reference_digest)
    where reference_digest is not null;

create index notice_received_state on notice_received (tenant, state, received_at);
create index notice_received_case on notice_received (tenant, case_ref);

-- What is done about it, each with its own clock. words: sealed.
create table notice_step (
    tenant text not null,
    notice_id uuid not null,
    step text not null check (step in ('Locate', 'Review', 'Remove', 'Reply')),
    begun_at bigint not null,
    due_at bigint not null,
    owner text not null,
    warned_at bigint,
    overdue_at bigint,
    done_at bigint,
    done_by text,
    outcome text,
    words bytea,
    primary key (tenant, notice_id, step),
    foreign key (tenant, notice_id) references notice_received (tenant, id)
);

create index notice_step_due on notice_step (tenant, done_at, due_at);

-- What somebody who was told of a case said became of it. details: sealed.
create table notice_feedback (
    tenant text not null,
    id uuid not null,
    from_kind text not null,
    case_ref text not null,
    report_id uuid,
    destination text not null,
    outcome text not null,
    said_at bigint not null,
    recorded_at bigint not null,
    recorded_by text not null,
    details bytea not null,
    primary key (tenant, id)
);

create index notice_feedback_case on notice_feedback (tenant, case_ref, said_at);
