-- The certificate with which a destination is called, where it asks for one: PKCS#12 with its key, sealed.
alter table call_target add column certificate bytea;
alter table call_target add column certificate_subject text;
alter table call_target add column certificate_sha256 text;
alter table call_target add column certificate_ends_at bigint;
