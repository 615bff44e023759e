-- Where destinations that take one call are called, and with which credentials; sealed.
create table call_target (
    tenant text not null,
    destination text not null,
    environment text not null check (environment in ('Test', 'Production')),
    address text not null,
    user_name blob not null,
    password blob not null,
    set_at integer not null,
    set_by text not null,
    primary key (tenant, destination, environment)
) without rowid;
