-- One version is in force.
create unique index card_versions_live_key on card_versions (org_id, card_id) where status = 'published';

update schema_migrations set dirty = false;
