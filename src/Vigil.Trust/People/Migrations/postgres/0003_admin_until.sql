-- When somebody was last an admin who could come in; null: never was, or is one. Solo mode waits a day after it.
alter table person add column admin_until bigint;

-- Sessions are bound to a browser's kind and system from here on, no longer to its version: these end in silence.
update person_session set client_digest = null where ended_at is null;
