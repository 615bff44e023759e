-- What a look found the file to be: what can never be shown whole is known only by trying. Null: not opened, or it was no
-- matter of the file. The words said before a look stand in the ledger, in the act that names the row: no copy of them here.
alter table viewing_record add column found text
    check (found in ('Single', 'Animation', 'Truncated', 'Video', 'TooLong', 'Nothing'));
alter table viewing_record drop column reason;
