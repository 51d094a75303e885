-- Two processes that find the same file make one delivery of it.
create unique index feed_deliveries_file_key on feed_deliveries (feed_id, name) where way = 'file' and reported_at is null;

update schema_migrations set dirty = false;
