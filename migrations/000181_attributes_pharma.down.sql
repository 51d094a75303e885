delete from attribute_sets where group_id = 7;

update schema_migrations set dirty = false;
