-- What a hotline or an authority told us, from its arrival to the answer. details: sealed.
create table notice_received (
    tenant text not null,
    id text not null,
    sender_kind text not null,
    sender_digest blob not null,
    reference_digest blob,
    details blob not null,
    category text not null,
    wants_removal integer not null,
    received_at integer not null,
    recorded_at integer not null,
    recorded_by text not null,
    deadline integer,
    state text not null check (state in ('Open', 'Answered')),
    case_ref text not null,
    item_id text not null,
    is_found integer not null,
    repeats integer not null,
    removal_asked_at integer,
    removal_asked_by text,
    primary key (tenant, id)
) without rowid;

-- The race it prevents: one notice, sent twice at once, that opens two cases.
create unique index notice_received_reference on notice_received (tenant, reference_digest)
    where reference_digest is not null;

create index notice_received_state on notice_received (tenant, state, received_at);
create index notice_received_case on notice_received (tenant, case_ref);

-- What is done about it, each with its own clock. words: sealed.
create table notice_step (
    tenant text not null,
    notice_id text not null,
    step text not null check (step in ('Locate', 'Review', 'Remove', 'Reply')),
    begun_at integer not null,
    due_at integer not null,
    owner text not null,
    warned_at integer,
    overdue_at integer,
    done_at integer,
    done_by text,
    outcome text,
    words blob,
    primary key (tenant, notice_id, step),
    foreign key (tenant, notice_id) references notice_received (tenant, id)
) without rowid;

create index notice_step_due on notice_step (tenant, done_at, due_at);

-- What somebody who was told of a case said became of it. details: sealed.
create table notice_feedback (
    tenant text not null,
    id text not null,
    from_kind text not null,
    case_ref text not null,
    report_id text,
    destination text not null,
    outcome text not null,
    said_at integer not null,
    recorded_at integer not null,
    recorded_by text not null,
    details blob not null,
    primary key (tenant, id)
) without rowid;

create index notice_feedback_case on notice_feedback (tenant, case_ref, said_at);
