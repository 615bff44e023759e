-- Reports that ended before an unfiled one was emptied with its purged case, and before records of filed ones had a clock:
-- each is looked at once.
create table report_ended_unread (
    tenant text not null,
    report_id text not null,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;

insert into report_ended_unread (tenant, report_id)
    select tenant, id from report where approved_at is not null
        and state in ('Withdrawn', 'Rejected', 'Filed', 'FiledReceiptLost');
