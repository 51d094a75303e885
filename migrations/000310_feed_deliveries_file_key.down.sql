drop index feed_deliveries_file_key;

update schema_migrations set dirty = false;
