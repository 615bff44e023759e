alter table alert add column step bigint not null default 0;

alter table alarm_channel add column person text;

create table rota_turn (
    tenant text not null,
    id uuid not null,
    person text not null,
    step bigint not null,
    from_minute bigint not null,
    until_minute bigint not null,
    primary key (tenant, id)
);

create table rota_override (
    tenant text not null,
    id uuid not null,
    person text not null,
    step bigint not null,
    from_at bigint not null,
    until bigint not null,
    made_at bigint not null,
    made_by text not null,
    primary key (tenant, id)
);

create index rota_override_end on rota_override (tenant, until);
