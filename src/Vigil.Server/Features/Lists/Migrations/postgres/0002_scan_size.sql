-- How many entries a first load of the lists will read, for its progress.
create view scan_size as
select tenant, cast(sum(active_entries) as bigint) as entries from list where removed_at is null group by tenant;
