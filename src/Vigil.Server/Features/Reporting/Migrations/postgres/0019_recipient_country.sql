-- Whose police a key is of; empty: its destination is one authority, or the key is older: it is added anew then.
alter table recipient add column country text not null default '';

-- To whom two persons let the files out; null: an older release, which lets none out.
alter table media_release add column recipient_id uuid;
