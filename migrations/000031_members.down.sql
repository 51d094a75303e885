drop table members;

update schema_migrations set dirty = false;
