-- A look at a long transcript goes on with its other parts: which content it is of, how much was uncovered before, since when
-- the present part is, and the how manieth that is.
alter table viewing_words add column subject_id uuid;
alter table viewing_words add column before_ms bigint not null default 0;
alter table viewing_words add column uncovered_at bigint;
alter table viewing_words add column uncovering integer not null default 1;
