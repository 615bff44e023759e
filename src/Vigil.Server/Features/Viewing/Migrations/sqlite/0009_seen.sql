-- Which file was shown whole, by the keyed digest of its content: what was seen is found by the looks, which are few, and not by the
-- copies, which may be many. Null: it was not shown whole.
alter table viewing_record add column seen_digest blob;

update viewing_record set seen_digest = (
    select c.sha256_digest from content_overview c
    where c.tenant = viewing_record.tenant and c.id = viewing_record.content_id)
where shown_whole;

create index viewing_record_seen on viewing_record (tenant, seen_digest) where seen_digest is not null;
