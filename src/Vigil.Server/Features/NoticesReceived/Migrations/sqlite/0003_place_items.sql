-- A decision finds the places of its items, however many a case has.
drop index notice_place_case;

create index notice_place_item on notice_place (tenant, case_ref, item_id);
