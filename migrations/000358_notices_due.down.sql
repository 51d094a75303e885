drop index notices_due_idx;

update schema_migrations set dirty = false;
