alter table alert add column step integer not null default 0;

alter table alarm_channel add column person text;

create table rota_turn (
    tenant text not null,
    id text not null,
    person text not null,
    step integer not null,
    from_minute integer not null,
    until_minute integer not null,
    primary key (tenant, id)
);

create table rota_override (
    tenant text not null,
    id text not null,
    person text not null,
    step integer not null,
    from_at integer not null,
    until integer not null,
    made_at integer not null,
    made_by text not null,
    primary key (tenant, id)
);

create index rota_override_end on rota_override (tenant, until);
