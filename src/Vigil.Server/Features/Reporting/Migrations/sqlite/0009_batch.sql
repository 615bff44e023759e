-- The other cases that a batched report names: who of them is cleared is found in it.
create table report_batch_case (
    tenant text not null,
    case_ref text not null,
    report_id text not null,
    primary key (tenant, case_ref, report_id),
    foreign key (tenant, report_id) references report (tenant, id)
) without rowid;
