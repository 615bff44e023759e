-- What the service said of a call, in its own words; sealed: it may quote the report.
alter table filing_exchange add column said blob;

create index filing_waits on filing (tenant, waits_for);
