delete from attribute_sets where group_id = 33;

update schema_migrations set dirty = false;
