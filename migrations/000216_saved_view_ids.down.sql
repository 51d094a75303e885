drop sequence saved_view_ids;

update schema_migrations set dirty = false;
