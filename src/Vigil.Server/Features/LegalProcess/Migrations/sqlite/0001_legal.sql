-- What an authority asks for, from its arrival to its end. intake, released: sealed.
create table legal_request (
    tenant text not null,
    id text not null,
    kind text not null check (kind in ('PreservationLetter', 'Warrant', 'CourtOrder', 'Emergency', 'Destruction')),
    state text not null check (state in ('Received', 'Verified', 'ScopeReview', 'Narrowed', 'Releasing', 'Destroying',
        'Released', 'Refused', 'Withdrawn', 'Done')),
    state_since integer not null,
    owner text not null,
    country text not null,
    reference_digest blob not null,
    duplicate_of text,
    intake blob not null,
    received_at integer not null,
    recorded_at integer not null,
    recorded_by text not null,
    deadline integer not null,
    warned_at integer,
    overdue_at integer,
    range_from integer,
    range_to integer,
    is_secret integer not null,
    secret_until integer,
    hold_until integer,
    hold_warned_at integer,
    recipient_key blob,
    released blob,
    asked_by text,
    approved_by text,
    approved_at integer,
    package_sha256 blob,
    package_bytes integer,
    package_gone_at integer,
    failed_because text,
    primary key (tenant, id)
) without rowid;

create index legal_request_state on legal_request (tenant, state, deadline);
create index legal_request_reference on legal_request (tenant, reference_digest);

-- Who called which number, found apart from the request, and what was said. Rows are only added. details: sealed.
create table legal_call (
    tenant text not null,
    id text not null,
    request_id text not null,
    called_at integer not null,
    recorded_at integer not null,
    called_by text not null,
    source text not null,
    result text not null check (result in ('Confirmed', 'Denied', 'NotReached')),
    details blob not null,
    primary key (tenant, id),
    foreign key (tenant, request_id) references legal_request (tenant, id)
) without rowid;

create index legal_call_request on legal_call (tenant, request_id, called_at);

-- What it is about, as it was asked for. value: sealed; digest finds an account again.
create table legal_scope (
    tenant text not null,
    id text not null,
    request_id text not null,
    kind text not null check (kind in ('Case', 'Account', 'Content')),
    value blob not null,
    digest blob not null,
    added_at integer not null,
    added_by text not null,
    primary key (tenant, id),
    foreign key (tenant, request_id) references legal_request (tenant, id)
) without rowid;

create index legal_scope_request on legal_scope (tenant, request_id, added_at);
create index legal_scope_digest on legal_scope (tenant, digest);

-- What of it is here: cases and contents, each under its hold. place: the case's reference or the content's id.
create table legal_target (
    tenant text not null,
    request_id text not null,
    place text not null,
    case_ref text,
    content_id text,
    hold_id text,
    added_at integer not null,
    primary key (tenant, request_id, place),
    foreign key (tenant, request_id) references legal_request (tenant, id)
) without rowid;

create index legal_target_place on legal_target (tenant, place);

-- What went to whom. Rows are only added; each is bound to the one before by a keyed digest. details: sealed.
create table legal_disclosure (
    tenant text not null,
    number integer not null,
    id text not null,
    request_id text not null,
    at integer not null,
    what text not null check (what in ('Released', 'Taken')),
    done_by text not null,
    details blob not null,
    package_sha256 blob not null,
    ledger_seq integer not null,
    chain blob not null,
    primary key (tenant, number),
    foreign key (tenant, request_id) references legal_request (tenant, id)
) without rowid;

create index legal_disclosure_request on legal_disclosure (tenant, request_id, number);
