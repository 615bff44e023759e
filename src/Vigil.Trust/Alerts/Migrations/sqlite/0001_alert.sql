create table alert (
    tenant text not null,
    id text not null,
    code text not null,
    about text not null,
    severity text not null check (severity in ('Notice', 'Urgent', 'Page')),
    text text not null,
    state text not null check (state in ('Open', 'Acknowledged', 'Closed')),
    count integer not null,
    first_at integer not null,
    last_at integer not null,
    told integer not null,
    tell_at integer,
    acknowledged_by text,
    acknowledged_at integer,
    closed_at integer,
    primary key (tenant, id)
) without rowid;

create unique index alert_open on alert (tenant, code, about) where state <> 'Closed';
create index alert_tell on alert (tell_at) where tell_at is not null;
create index alert_state on alert (tenant, state, id);

create table alarm_channel (
    tenant text not null,
    id text not null,
    label text not null,
    kind text not null,
    minimum text not null check (minimum in ('Notice', 'Urgent', 'Page')),
    state text not null check (state in ('On', 'Off')),
    settings blob not null,
    created_at integer not null,
    created_by text not null,
    primary key (tenant, id)
) without rowid;
