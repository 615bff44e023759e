-- What was destroyed and whose epoch is not closed yet: found without a walk over all tombstones, which stay for ever.
create index content_uncertified on content (tenant, id) where state = 'Destroyed' and closed_at is null;
