-- Keyed digests, so that a sealed file is found by whichever fingerprint somebody outside names it by. Contents that
-- were sealed before have that of SHA-256 only.
alter table content add column md5_digest blob;
alter table content add column sha1_digest blob;

create index content_sha256 on content (tenant, sha256_digest);
create index content_md5 on content (tenant, md5_digest) where md5_digest is not null;
create index content_sha1 on content (tenant, sha1_digest) where sha1_digest is not null;

drop view content_overview;

create view content_overview as
    select tenant, id, case_ref, item_id, kind, bytes, sha256_digest,
        case when state = 'Sealed' then 'Sealed' else 'Destroyed' end as state, sealed_at, is_sample,
        md5_digest, sha1_digest
    from content;
