-- Of which approved bytes a package was built; null: by an earlier version.
alter table report_package add column document_sha256 bytea;
