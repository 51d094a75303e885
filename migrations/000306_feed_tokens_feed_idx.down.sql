drop index feed_tokens_feed_idx;

update schema_migrations set dirty = false;
