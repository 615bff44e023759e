create table webhook (
    tenant text not null,
    id text not null,
    label text not null,
    url blob not null,
    types text not null,
    state text not null check (state in ('On', 'Paused', 'Off')),
    secret blob not null,
    previous_secret blob,
    rotated_at integer,
    created_at integer not null,
    created_by text not null,
    primary key (tenant, id)
) without rowid;

create table outbox_delivery (
    tenant text not null,
    id text not null,
    kind text not null check (kind in ('Webhook', 'Alarm')),
    target text not null,
    item text not null,
    note text not null,
    state text not null check (state in ('Waiting', 'Delivered', 'Dead')),
    attempts integer not null,
    created_at integer not null,
    give_up_at integer not null,
    due_at integer not null,
    lease_until integer not null,
    epoch integer not null,
    last_at integer,
    last_status integer,
    last_error text,
    primary key (tenant, id)
) without rowid;

create index outbox_delivery_due on outbox_delivery (tenant, target, state, due_at);
create index outbox_delivery_state on outbox_delivery (tenant, state, id);
create index outbox_delivery_item on outbox_delivery (tenant, item);
create index outbox_event_age on outbox_event (tenant, created_at);
create index outbox_delivery_target on outbox_delivery (tenant, target, state, id);
