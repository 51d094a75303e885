drop index authorization_groups_live_key;

update schema_migrations set dirty = false;
