create index feed_messages_replay_idx on feed_messages (replay_id) where state = 'waiting' and replay_id is not null;

update schema_migrations set dirty = false;
