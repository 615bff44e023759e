-- A limit of the day for what was graded as severe.
alter table viewing_limit drop constraint viewing_limit_kind_check;
alter table viewing_limit add constraint viewing_limit_kind_check
    check (kind in ('Soft', 'Hard', 'Hour', 'Break', 'Severe'));
