drop index cards_live_key;

update schema_migrations set dirty = false;
