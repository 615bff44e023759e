-- Who works on a case. The epoch rises with each claim: a write that names an older one is refused.
alter table case_file add column problem_type text;
alter table case_file add column assigned_to text;
alter table case_file add column claimed_by text;
alter table case_file add column lease_until bigint;
alter table case_file add column lease_epoch bigint not null default 0;
alter table case_file add column hold_until bigint;
alter table case_file add column danger_at bigint;
alter table case_file add column danger_by text;
alter table case_file add column priority_before integer;
alter table case_file add column leaves_at bigint;
alter table case_file add column purged_at bigint;

-- A sample with a known answer, made for one person; nobody else sees it, nothing of it leaves.
alter table case_file add column gold_for text;
alter table case_file add column gold_sample uuid;

-- What scanning knew of the match: the entry is an id of this installation, no value.
alter table case_item add column strength text;
alter table case_item add column list_id uuid;
alter table case_item add column entry_id uuid;
alter table case_item add column distance_bits integer;

-- Sealed: who sent a notice, under which reference, and when it came.
alter table case_item add column notice bytea;
alter table case_item add column decided_unseen boolean;

create index case_item_entry on case_item (tenant, entry_id, at);
create index case_file_danger on case_file (tenant, danger_at);

-- A decision that has not left yet: until due_at it can be undone. items: JSON, ids and states before.
create table case_effect (
    tenant text not null,
    id uuid not null,
    case_id uuid not null,
    verdict text not null,
    reason text not null,
    items text not null,
    is_whole boolean not null,
    decided_by text not null,
    at bigint not null,
    due_at bigint not null,
    tries integer not null,
    primary key (tenant, id),
    foreign key (tenant, case_id) references case_file (tenant, id)
);

create index case_effect_due on case_effect (tenant, due_at);
create index case_effect_case on case_effect (tenant, case_id, at);

-- Passed over by a person until then; others are still offered it.
create table case_skip (
    tenant text not null,
    case_id uuid not null,
    person text not null,
    until_at bigint not null,
    primary key (tenant, case_id, person),
    foreign key (tenant, case_id) references case_file (tenant, id)
);

-- A tenant's own queues, in order; none: those that come with the program. rules: JSON.
create table case_queue (
    tenant text not null,
    position integer not null,
    name text not null,
    rules text not null,
    changed_at bigint not null,
    changed_by text not null,
    primary key (tenant, position)
);

drop view case_overview;

-- What other features may know of cases: no words, no accounts. Samples with a known answer are no cases.
create view case_overview as
    select tenant, ref, state, outcome, origin, surface, jurisdiction, opened_at, updated_at, item_count, is_test, priority,
        assigned_to, problem_type, hold_until, danger_at
    from case_file where gold_for is null;
