drop table attribute_sets;

update schema_migrations set dirty = false;
