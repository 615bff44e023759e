-- How many lines of a journal were durable once: one that has fewer was cut off. 0: not noted yet.
alter table filing_journal add column lines bigint not null default 0;
