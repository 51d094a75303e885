drop table cards;

update schema_migrations set dirty = false;
