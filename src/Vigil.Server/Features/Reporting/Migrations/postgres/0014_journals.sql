-- Each journal's number of its last line, as the database knows it; whether its server files; when it was heard of last. Retired: nobody
-- waits for it any more.
alter table filing_journal add column head bigint not null default 0;
alter table filing_journal add column is_in boolean not null default false;
alter table filing_journal add column joined_at bigint;
alter table filing_journal add column heard_at bigint;
alter table filing_journal add column retiring_at bigint;
alter table filing_journal add column retired_at bigint;

-- What one journal holds durably of another's head; written after it is on the disk. is_in: its server filed when it said so.
create table filing_seen (
    tenant text not null,
    journal uuid not null,
    other uuid not null,
    head bigint not null,
    is_in boolean not null,
    primary key (tenant, journal, other)
);
