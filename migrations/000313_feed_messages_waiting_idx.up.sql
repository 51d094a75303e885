create index feed_messages_waiting_idx on feed_messages (feed_id, due_at, id) where state = 'waiting';

update schema_migrations set dirty = false;
