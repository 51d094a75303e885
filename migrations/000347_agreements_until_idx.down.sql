drop index agreements_until_idx;

update schema_migrations set dirty = false;
