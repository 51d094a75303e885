alter table staff drop column search;

update schema_migrations set dirty = false;
