drop table blob_chunks;

update schema_migrations set dirty = false;
