-- Until then the file of a finding of "not CSAM" is kept for who audits it; null: it is not kept for that.
alter table case_audit add column kept_until integer;
