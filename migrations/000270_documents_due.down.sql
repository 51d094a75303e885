drop index documents_due_idx;

update schema_migrations set dirty = false;
