drop index enrollments_expires_idx;

update schema_migrations set dirty = false;
