drop index documents_waiting_source_idx;

update schema_migrations set dirty = false;
