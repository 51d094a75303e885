create index feed_messages_tin_idx on feed_messages (tin, id) where state = 'aside' and outcome = 'nobodys';

update schema_migrations set dirty = false;
