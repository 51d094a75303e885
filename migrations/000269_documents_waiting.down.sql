drop index documents_waiting_idx;

update schema_migrations set dirty = false;
