-- Who flagged whom, by keyed digest: how often one reporter said something of an account lately. Of flags that came
-- before there is none: they count as nobody's.
alter table case_flag add column reporter_digest bytea;
create index case_flag_reporter on case_flag (tenant, reporter_digest, first_at) where reporter_digest is not null;
