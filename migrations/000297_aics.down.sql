drop table aics;

update schema_migrations set dirty = false;
