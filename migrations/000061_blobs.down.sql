drop table blobs;

update schema_migrations set dirty = false;
