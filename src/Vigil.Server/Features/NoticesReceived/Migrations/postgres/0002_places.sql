-- Whether fingerprints of it are looked for in the history of what was scanned, and how that ended.
alter table notice_received add column history text not null default 'None'
    check (history in ('None', 'Waiting', 'Done', 'Incomplete', 'Off'));

create index notice_received_history on notice_received (tenant, history, id);

-- Cases that have an item of a notice: its own, and each that holds a content of it.
create table notice_place (
    tenant text not null,
    notice_id uuid not null,
    item_id uuid not null,
    case_ref text not null,
    found_by text not null check (found_by in ('Nothing', 'Content', 'Fingerprint', 'History')),
    at bigint not null,
    outcome text,
    primary key (tenant, notice_id, item_id),
    foreign key (tenant, notice_id) references notice_received (tenant, id)
);

create index notice_place_case on notice_place (tenant, case_ref);

insert into notice_place (tenant, notice_id, item_id, case_ref, found_by, at, outcome)
select n.tenant, n.id, n.item_id, n.case_ref, case when n.is_found then 'Content' else 'Nothing' end, n.recorded_at,
    (select s.outcome from notice_step s where s.tenant = n.tenant and s.notice_id = n.id and s.step = 'Review')
from notice_received n;
