drop table requests;

update schema_migrations set dirty = false;
