-- What is reported though nobody here saw it whole, and a named person's reason, sealed. about_id: a content, or the case's item
-- where no file is kept.
create table report_unseen (
    tenant text not null,
    report_id text not null,
    about_id text not null,
    what text not null check (what in ('Video', 'Animation', 'Truncated', 'Undecodable', 'TooLong', 'NeverBrought', 'Destroyed')),
    reason blob not null,
    given_at integer not null,
    given_by text not null,
    primary key (tenant, report_id, about_id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;
