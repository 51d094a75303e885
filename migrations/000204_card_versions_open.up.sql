-- One version at a time is written or waits.
create unique index card_versions_open_key on card_versions (org_id, card_id) where status in ('draft', 'moderation');

update schema_migrations set dirty = false;
