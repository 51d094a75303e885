delete from attribute_sets where group_id = 15;

update schema_migrations set dirty = false;
