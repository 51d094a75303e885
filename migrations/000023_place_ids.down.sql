drop sequence place_ids;

update schema_migrations set dirty = false;
