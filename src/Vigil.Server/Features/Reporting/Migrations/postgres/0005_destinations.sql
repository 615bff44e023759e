-- Keys of those who receive packages. Not used before a second person compared the fingerprint with the recipient.
create table recipient (
    tenant text not null,
    id uuid not null,
    destination text not null,
    name text not null,
    public_key bytea not null,
    fingerprint text not null,
    added_at bigint not null,
    added_by text not null,
    verified_at bigint,
    verified_by text,
    verified_how text,
    revoked_at bigint,
    revoked_by text,
    revoked_because text,
    check ((verified_at is null) = (verified_by is null)),
    primary key (tenant, id)
);

create table transfer_basis (
    tenant text not null,
    id uuid not null,
    destination text not null,
    legal_reference text not null,
    starts_on bigint not null,
    ends_on bigint not null,
    recorded_at bigint not null,
    recorded_by text not null,
    ended_at bigint,
    ended_by text,
    primary key (tenant, id)
);

-- Two persons let files of a report out; it holds for these very approved bytes.
create table media_release (
    tenant text not null,
    report_id uuid not null,
    document_sha256 bytea not null,
    legal_basis text not null,
    asked_at bigint not null,
    asked_by text not null,
    released_at bigint,
    released_by text,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
);

create table report_package (
    tenant text not null,
    id uuid not null,
    report_id uuid not null,
    recipient_id uuid not null,
    built_at bigint not null,
    built_by text not null,
    sha256 bytea not null,
    bytes bigint not null,
    media integer not null,
    primary key (tenant, id),
    foreign key (tenant, report_id) references report (tenant, id)
);

create index report_package_report on report_package (tenant, report_id);
