drop index places_name_idx;

update schema_migrations set dirty = false;
