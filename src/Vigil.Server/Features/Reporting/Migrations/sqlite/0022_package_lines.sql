-- Number of the last line about the report's package in a filing journal; 0: none, as of all that earlier versions gave out. A database
-- that was put back has a lower one than the journal.
alter table report add column package_call integer not null default 0;

-- Where the report of this attempt was opened: its number says nothing anywhere else. Null: of an earlier version, or none is open.
alter table filing add column address text;

-- Whether the installation ever went on from a database that was put back, as far as its acts were looked at.
alter table filing_resumed add column was_resumed integer not null default 0;
update filing_resumed set was_resumed = 1 where exists (
    select 1 from ledger_event e where e.action = 'ledger.resumed' and e.seq <= filing_resumed.seq);
