-- What an authority asks for, from its arrival to its end. intake, released: sealed.
create table legal_request (
    tenant text not null,
    id uuid not null,
    kind text not null check (kind in ('PreservationLetter', 'Warrant', 'CourtOrder', 'Emergency', 'Destruction')),
    state text not null check (state in ('Received', 'Verified', 'ScopeReview', 'Narrowed', 'Releasing', 'Destroying',
        'Released', 'Refused', 'Withdrawn', 'Done')),
    state_since bigint not null,
    owner text not null,
    country text not null,
    reference_digest bytea not null,
    duplicate_of uuid,
    intake bytea not null,
    received_at bigint not null,
    recorded_at bigint not null,
    recorded_by text not null,
    deadline bigint not null,
    warned_at bigint,
    overdue_at bigint,
    range_from bigint,
    range_to bigint,
    is_secret boolean not null,
    secret_until bigint,
    hold_until bigint,
    hold_warned_at bigint,
    recipient_key bytea,
    released bytea,
    asked_by text,
    approved_by text,
    approved_at bigint,
    package_sha256 bytea,
    package_bytes bigint,
    package_gone_at bigint,
    failed_because text,
    primary key (tenant, id)
);

create index legal_request_state on legal_request (tenant, state, deadline);
create index legal_request_reference on legal_request (tenant, reference_digest);

-- Who called which number, found apart from the request, and what was said. Rows are only added. details: sealed.
create table legal_call (
    tenant text not null,
    id uuid not null,
    request_id uuid not null,
    called_at bigint not null,
    recorded_at bigint not null,
    called_by text not null,
    source text not null,
    result text not null check (result in ('Confirmed', 'Denied', 'NotReached')),
    details bytea not null,
    primary key (tenant, id),
    foreign key (tenant, request_id) references legal_request (tenant, id)
);

create index legal_call_request on legal_call (tenant, request_id, called_at);

-- What it is about, as it was asked for. value: sealed; digest finds an account again.
create table legal_scope (
    tenant text not null,
    id uuid not null,
    request_id uuid not null,
    kind text not null check (kind in ('Case', 'Account', 'Content')),
    value bytea not null,
    digest bytea not null,
    added_at bigint not null,
    added_by text not null,
    primary key (tenant, id),
    foreign key (tenant, request_id) references legal_request (tenant, id)
);

create index legal_scope_request on legal_scope (tenant, request_id, added_at);
create index legal_scope_digest on legal_scope (tenant, digest);

-- What of it is here: cases and contents, each under its hold. place: the case's reference or the content's id.
create table legal_target (
    tenant text not null,
    request_id uuid not null,
    place text not null,
    case_ref text,
    content_id uuid,
    hold_id uuid,
    added_at bigint not null,
    primary key (tenant, request_id, place),
    foreign key (tenant, request_id) references legal_request (tenant, id)
);

create index legal_target_place on legal_target (tenant, place);

-- What went to whom. Rows are only added; each is bound to the one before by a keyed digest. details: sealed.
create table legal_disclosure (
    tenant text not null,
    number bigint not null,
    id uuid not null,
    request_id uuid not null,
    at bigint not null,
    what text not null check (what in ('Released', 'Taken')),
    done_by text not null,
    details bytea not null,
    package_sha256 bytea not null,
    ledger_seq bigint not null,
    chain bytea not null,
    primary key (tenant, number),
    foreign key (tenant, request_id) references legal_request (tenant, id)
);

create index legal_disclosure_request on legal_disclosure (tenant, request_id, number);
