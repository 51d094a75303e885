drop index feed_messages_replay_idx;

update schema_migrations set dirty = false;
