drop table maintenance_windows;

update schema_migrations set dirty = false;
