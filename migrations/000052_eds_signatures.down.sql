drop table eds_signatures;

update schema_migrations set dirty = false;
