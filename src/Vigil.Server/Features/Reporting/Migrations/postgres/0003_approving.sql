-- One person approved these bytes; a second one is still to.
create table report_approval (
    tenant text not null,
    report_id uuid not null,
    draft_version integer not null,
    sha256 bytea not null,
    approved_by text not null,
    approved_at bigint not null,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
);

-- A case was confirmed: from knowledge_at on a report is due, until one is filed or a person says that no duty asks it.
create table report_due (
    tenant text not null,
    case_ref text not null,
    jurisdiction text not null,
    is_test boolean not null,
    knowledge_at bigint not null,
    goal_at bigint not null,
    deadline_at bigint,
    state text not null check (state in ('Open', 'Met', 'NoDuty')),
    ended_at bigint,
    ended_by text,
    reason text,
    report_id uuid,
    primary key (tenant, case_ref)
);

create index report_due_open on report_due (tenant, state, knowledge_at);

-- What statistics need of an approved report; no persons, no contents.
create table report_figures (
    tenant text not null,
    report_id uuid not null,
    detector text not null,
    completeness integer not null,
    estimate text not null,
    files integer not null,
    viewed integer not null,
    is_meme boolean not null,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
);
