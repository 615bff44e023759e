-- When this organisation first knew: the first confirmation that left, or the notice's arrival. It stays when a dispute
-- opens the item again.
alter table case_item add column known_at bigint;
