-- Sources send again what was refused: the list shows it once.
create index feed_messages_twin_idx on feed_messages (feed_id, hash) where state = 'aside';

update schema_migrations set dirty = false;
