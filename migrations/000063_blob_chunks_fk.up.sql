alter table blob_chunks add constraint blob_chunks_blob_fkey foreign key (blob_id) references blobs (id);

update schema_migrations set dirty = false;
