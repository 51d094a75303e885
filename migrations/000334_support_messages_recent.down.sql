drop index support_messages_recent_idx;

update schema_migrations set dirty = false;
