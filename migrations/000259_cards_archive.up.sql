create index cards_archive_idx on cards (org_id, changed_at desc, id desc) where archived_at is not null;

update schema_migrations set dirty = false;
