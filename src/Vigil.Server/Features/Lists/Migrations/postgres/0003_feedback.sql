-- Where who keeps a list wants to hear what persons here judged of its entries: a webhook of its own.
create table list_feedback (
    tenant text not null,
    list_id uuid not null,
    webhook_id uuid not null,
    wants_confirmed boolean not null,
    set_at bigint not null,
    set_by text not null,
    primary key (tenant, list_id)
);
