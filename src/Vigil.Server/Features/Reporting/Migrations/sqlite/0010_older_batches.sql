-- Reports from before 0009, whose drafts are sealed: the server reads each once for the cases that its batch names.
create table report_batch_unread (
    tenant text not null,
    report_id text not null,
    primary key (tenant, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;

insert into report_batch_unread (tenant, report_id) select tenant, id from report;
