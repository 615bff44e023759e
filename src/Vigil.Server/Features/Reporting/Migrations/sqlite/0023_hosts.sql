-- A named person said that a host of a case, by its keyed digest, is in no report, and why.
create table report_due_host (
    tenant text not null,
    case_ref text not null,
    host blob not null,
    reason text not null,
    said_by text not null,
    said_at integer not null,
    primary key (tenant, case_ref, host),
    foreign key (tenant, case_ref) references report_due (tenant, case_ref)
) without rowid;

-- Clocks that earlier versions left: each is looked at once, and put right.
create table report_due_unread (
    tenant text not null,
    case_ref text not null,
    primary key (tenant, case_ref),
    foreign key (tenant, case_ref) references report_due (tenant, case_ref)
) without rowid;

insert into report_due_unread (tenant, case_ref)
    select tenant, case_ref from report_due where state in ('Open', 'Met') and not is_test;

-- Of a receipt that came for an attempt that was given up: the recipient's number of that report.
alter table filing_exchange add column remote_id text;
