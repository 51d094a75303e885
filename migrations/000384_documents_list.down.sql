drop index documents_list_idx;

update schema_migrations set dirty = false;
