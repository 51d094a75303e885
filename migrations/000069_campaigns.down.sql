drop table campaigns;

update schema_migrations set dirty = false;
