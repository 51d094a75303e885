drop index card_versions_live_key;

update schema_migrations set dirty = false;
