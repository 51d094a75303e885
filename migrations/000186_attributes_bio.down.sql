delete from attribute_sets where group_id = 17;

update schema_migrations set dirty = false;
