create table report (
    tenant text not null,
    id text not null,
    case_ref text not null,
    destination text not null,
    environment text not null check (environment in ('Test', 'Production')),
    jurisdiction text not null,
    state text not null check (state in ('Draft', 'Approved', 'Filing', 'NeedsHuman', 'Filed', 'FiledReceiptLost',
        'HandedOver', 'Rejected', 'Withdrawn')),
    state_since integer not null,
    owner text not null,
    is_test integer not null,
    is_high_priority integer not null,
    knowledge_at integer not null,
    created_at integer not null,
    created_by text not null,
    draft_version integer not null,
    draft blob not null,
    approved_at integer,
    approved_by text,
    second_by text,
    leaves_at integer,
    follows text,
    remote_id text,
    filed_at integer,
    receipt_sha256 blob,
    primary key (tenant, id)
) without rowid;

create index report_case on report (tenant, case_ref, created_at);
create index report_state on report (tenant, state, state_since);

-- What was approved, byte for byte, and what was received; sealed.
create table report_document (
    tenant text not null,
    report_id text not null,
    kind text not null check (kind in ('Approved', 'Files', 'Receipt')),
    bytes blob not null,
    at integer not null,
    primary key (tenant, report_id, kind),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;
