-- A notice names a content and no account. Items that were there before are found by account and content only.
alter table case_item add column content_alone blob;

create index case_item_content_alone on case_item (tenant, content_alone);
