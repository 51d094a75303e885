create sequence import_ids as bigint start with 101;

update schema_migrations set dirty = false;
