drop table staff;

update schema_migrations set dirty = false;
