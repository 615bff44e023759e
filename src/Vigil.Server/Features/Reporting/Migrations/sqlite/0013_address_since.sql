-- Since when an environment has its address: what another one accepted does not count for it. 0: since ever.
alter table filing_environment add column address_at integer not null default 0;
