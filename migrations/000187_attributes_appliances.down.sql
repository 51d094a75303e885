delete from attribute_sets where group_id = 18;

update schema_migrations set dirty = false;
