drop index feed_messages_aside_idx;

update schema_migrations set dirty = false;
