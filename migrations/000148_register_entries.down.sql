drop table register_entries;

update schema_migrations set dirty = false;
