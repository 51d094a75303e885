delete from attribute_sets where group_id = 11;

update schema_migrations set dirty = false;
