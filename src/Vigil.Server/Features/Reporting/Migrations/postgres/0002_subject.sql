-- What a platform told of a case's subject and incident: sealed JSON, the newest only.
create table report_subject (
    tenant text not null,
    case_ref text not null,
    id uuid not null,
    version integer not null,
    told bytea not null,
    told_at bigint not null,
    told_by text not null,
    primary key (tenant, case_ref)
);

-- The draft before the newest, for what changed; sealed.
create table report_draft_before (
    tenant text not null,
    report_id uuid not null,
    version integer not null,
    draft bytea not null,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
);
