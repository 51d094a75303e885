delete from attribute_sets where group_id = 53;

update schema_migrations set dirty = false;
