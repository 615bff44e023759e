-- Since when it may be with its recipient: a package of it was given out. That stays, whatever becomes of the report.
alter table report add column given_at integer;
update report set given_at = (select min(p.built_at) from report_package p
    where p.tenant = report.tenant and p.report_id = report.id);
update report set given_at = state_since where given_at is null and state = 'HandedOver';

-- The cases of a batch, found by the report.
create index report_batch_case_report on report_batch_case (tenant, report_id);
