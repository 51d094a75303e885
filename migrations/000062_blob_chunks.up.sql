-- Pieces of 1 MiB, so that a file is read and written in bounded memory.
create table blob_chunks (
    blob_id bigint not null,
    n integer not null,
    data bytea not null,
    constraint blob_chunks_pkey primary key (blob_id, n)
);

update schema_migrations set dirty = false;
