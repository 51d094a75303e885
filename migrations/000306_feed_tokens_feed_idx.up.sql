create index feed_tokens_feed_idx on feed_tokens (feed_id, id);

update schema_migrations set dirty = false;
