drop table feed_messages;

update schema_migrations set dirty = false;
