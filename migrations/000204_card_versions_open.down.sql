drop index card_versions_open_key;

update schema_migrations set dirty = false;
