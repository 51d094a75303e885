drop index feed_messages_tin_idx;

update schema_migrations set dirty = false;
