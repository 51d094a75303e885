drop table feed_tokens;

update schema_migrations set dirty = false;
