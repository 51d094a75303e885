create index enrollments_expires_idx on enrollments (expires_at);

update schema_migrations set dirty = false;
