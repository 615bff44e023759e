-- Where the CyberTipline took it: what another address took does not count for that of now. Null: of an earlier version, a person's word,
-- or another destination's.
alter table report add column filed_address text;
