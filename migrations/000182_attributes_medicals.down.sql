delete from attribute_sets where group_id = 10;

update schema_migrations set dirty = false;
