create sequence document_ids as bigint;

update schema_migrations set dirty = false;
