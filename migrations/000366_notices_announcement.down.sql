drop index notices_announcement_idx;

update schema_migrations set dirty = false;
