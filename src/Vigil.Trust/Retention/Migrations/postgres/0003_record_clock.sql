-- How long the record of a filed report is kept: the authority's reference, the receipt, what was sent. One row a report.
create table record_clock (
    tenant text not null,
    report_id text not null,
    case_ref text not null,
    jurisdiction text not null,
    filed_at bigint not null,
    keep_until bigint not null,
    destroyed_at bigint,
    primary key (tenant, report_id)
);

create index record_clock_due on record_clock (tenant, keep_until);
