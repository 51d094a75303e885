drop table places;

update schema_migrations set dirty = false;
