-- Keys of those who receive packages. Not used before a second person compared the fingerprint with the recipient.
create table recipient (
    tenant text not null,
    id text not null,
    destination text not null,
    name text not null,
    public_key blob not null,
    fingerprint text not null,
    added_at integer not null,
    added_by text not null,
    verified_at integer,
    verified_by text,
    verified_how text,
    revoked_at integer,
    revoked_by text,
    revoked_because text,
    check ((verified_at is null) = (verified_by is null)),
    primary key (tenant, id)
) without rowid;

create table transfer_basis (
    tenant text not null,
    id text not null,
    destination text not null,
    legal_reference text not null,
    starts_on integer not null,
    ends_on integer not null,
    recorded_at integer not null,
    recorded_by text not null,
    ended_at integer,
    ended_by text,
    primary key (tenant, id)
) without rowid;

-- Two persons let files of a report out; it holds for these very approved bytes.
create table media_release (
    tenant text not null,
    report_id text not null,
    document_sha256 blob not null,
    legal_basis text not null,
    asked_at integer not null,
    asked_by text not null,
    released_at integer,
    released_by text,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;

create table report_package (
    tenant text not null,
    id text not null,
    report_id text not null,
    recipient_id text not null,
    built_at integer not null,
    built_by text not null,
    sha256 blob not null,
    bytes integer not null,
    media integer not null,
    primary key (tenant, id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;

create index report_package_report on report_package (tenant, report_id);
