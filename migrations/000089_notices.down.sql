drop table notices;

update schema_migrations set dirty = false;
