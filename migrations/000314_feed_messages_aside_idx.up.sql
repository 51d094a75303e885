create index feed_messages_aside_idx on feed_messages (feed_id, outcome, id) where state = 'aside';

update schema_migrations set dirty = false;
