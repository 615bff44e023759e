-- Where who keeps a list wants to hear what persons here judged of its entries: a webhook of its own.
create table list_feedback (
    tenant text not null,
    list_id text not null,
    webhook_id text not null,
    wants_confirmed integer not null,
    set_at integer not null,
    set_by text not null,
    primary key (tenant, list_id)
) without rowid;
