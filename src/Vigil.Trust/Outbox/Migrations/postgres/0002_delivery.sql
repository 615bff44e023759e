create table webhook (
    tenant text not null,
    id uuid not null,
    label text not null,
    url bytea not null,
    types text not null,
    state text not null check (state in ('On', 'Paused', 'Off')),
    secret bytea not null,
    previous_secret bytea,
    rotated_at bigint,
    created_at bigint not null,
    created_by text not null,
    primary key (tenant, id)
);

create table outbox_delivery (
    tenant text not null,
    id uuid not null,
    kind text not null check (kind in ('Webhook', 'Alarm')),
    target uuid not null,
    item uuid not null,
    note text not null,
    state text not null check (state in ('Waiting', 'Delivered', 'Dead')),
    attempts integer not null,
    created_at bigint not null,
    give_up_at bigint not null,
    due_at bigint not null,
    lease_until bigint not null,
    epoch integer not null,
    last_at bigint,
    last_status integer,
    last_error text,
    primary key (tenant, id)
);

create index outbox_delivery_due on outbox_delivery (tenant, target, state, due_at);
create index outbox_delivery_state on outbox_delivery (tenant, state, id);
create index outbox_delivery_item on outbox_delivery (tenant, item);
create index outbox_event_age on outbox_event (tenant, created_at);
create index outbox_delivery_target on outbox_delivery (tenant, target, state, id);
