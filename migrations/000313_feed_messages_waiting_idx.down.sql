drop index feed_messages_waiting_idx;

update schema_migrations set dirty = false;
