-- When a person confirmed the first of what the report says: statistics count from there, not from a notice. Null: approved before it was
-- kept; then it is not known, and they count from knowledge_at.
alter table report_figures add column confirmed_at bigint;
