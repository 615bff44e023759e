-- A file that somebody outside names is looked for among those that were decided.
create index decision_file on decision (tenant, sha256_blind) where sha256_blind is not null;
