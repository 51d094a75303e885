drop table feed_deliveries;

update schema_migrations set dirty = false;
