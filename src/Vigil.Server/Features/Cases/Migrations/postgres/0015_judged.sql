-- What was decided of an item, too. is_standing: it is decided, it can no longer be undone, and it is no practice, no sample and no
-- test.
drop view case_item_overview;

create view case_item_overview as
    select i.tenant, f.ref as case_ref, i.id as item_id, i.decision_id, i.state, i.decided_at,
        (i.state <> 'Open' and f.gold_for is null and not f.is_test and not exists (
            select 1 from case_effect e
            where e.tenant = i.tenant and e.case_id = i.case_id and e.items like '%' || cast(i.id as text) || '%')) as is_standing
    from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id;
