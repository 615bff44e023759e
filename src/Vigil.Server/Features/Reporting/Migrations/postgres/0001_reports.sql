create table report (
    tenant text not null,
    id uuid not null,
    case_ref text not null,
    destination text not null,
    environment text not null check (environment in ('Test', 'Production')),
    jurisdiction text not null,
    state text not null check (state in ('Draft', 'Approved', 'Filing', 'NeedsHuman', 'Filed', 'FiledReceiptLost',
        'HandedOver', 'Rejected', 'Withdrawn')),
    state_since bigint not null,
    owner text not null,
    is_test boolean not null,
    is_high_priority boolean not null,
    knowledge_at bigint not null,
    created_at bigint not null,
    created_by text not null,
    draft_version integer not null,
    draft bytea not null,
    approved_at bigint,
    approved_by text,
    second_by text,
    leaves_at bigint,
    follows uuid,
    remote_id text,
    filed_at bigint,
    receipt_sha256 bytea,
    primary key (tenant, id)
);

create index report_case on report (tenant, case_ref, created_at);
create index report_state on report (tenant, state, state_since);

-- What was approved, byte for byte, and what was received; sealed.
create table report_document (
    tenant text not null,
    report_id uuid not null,
    kind text not null check (kind in ('Approved', 'Files', 'Receipt')),
    bytes bytea not null,
    at bigint not null,
    primary key (tenant, report_id, kind),
    foreign key (tenant, report_id) references report (tenant, id)
);
