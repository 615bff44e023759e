-- What an authority asked for once and no longer does; an order not to tell the user goes on for it.
alter table legal_scope add column removed_at bigint;
alter table legal_scope add column removed_by text;
