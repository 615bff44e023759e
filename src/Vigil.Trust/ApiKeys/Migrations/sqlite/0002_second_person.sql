-- Made by who may not read cases, for who will: not heard before a second person confirms it.
alter table api_key add column waits integer not null default 0;
