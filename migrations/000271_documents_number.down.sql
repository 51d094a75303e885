drop index documents_number_idx;

update schema_migrations set dirty = false;
