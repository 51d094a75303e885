drop table organizations;

update schema_migrations set dirty = false;
