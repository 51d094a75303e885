alter table blob_chunks drop constraint blob_chunks_blob_fkey;

update schema_migrations set dirty = false;
