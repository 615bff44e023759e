-- Who recorded the recipient's key; and that what waited for a second person is void, since when and why.
alter table legal_request add column key_by text;
alter table legal_request add column void_at bigint;
alter table legal_request add column void_because text;
