delete from attribute_sets where group_id = 3;

update schema_migrations set dirty = false;
