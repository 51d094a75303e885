delete from attribute_sets where group_id = 13;

update schema_migrations set dirty = false;
