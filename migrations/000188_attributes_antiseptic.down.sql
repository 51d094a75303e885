delete from attribute_sets where group_id = 19;

update schema_migrations set dirty = false;
