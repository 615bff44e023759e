-- Keyed digest of all that was asked for; empty: action and object say it whole.
alter table second_person add column plan text not null default '';
