drop index feed_messages_twin_idx;

update schema_migrations set dirty = false;
