-- What other features may know of items: ids, no words.
create view case_item_overview as
    select i.tenant, f.ref as case_ref, i.id as item_id, i.decision_id
    from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id;

-- How hard what a person graded is to look at: 0 nothing sexual, 1 posing, 2 an activity, 3 the hardest. A word for the
-- protection of who looks, no grade. is_settled: nobody is still to judge it without knowing the others' answers.
create view item_severity as
    select g.tenant, g.item_id, g.grader,
        case when g.age_band = 'Adult' then 0 when g.infant or g.animal or g.sadism or g.activity = 'Penetrative' then 3
            when g.activity = 'NonPenetrative' then 2
            when g.activity = 'Posing' or g.focus_on_genitals then 1 else 0 end as severity,
        not exists (select 1 from case_opinion o where o.tenant = g.tenant and o.item_id = g.item_id
            and o.state = 'Waiting') as is_settled
    from case_grade g where g.is_current;
