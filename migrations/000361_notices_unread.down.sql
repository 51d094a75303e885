drop index notices_unread_idx;

update schema_migrations set dirty = false;
