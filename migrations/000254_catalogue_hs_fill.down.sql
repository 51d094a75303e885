select 1;

update schema_migrations set dirty = false;
