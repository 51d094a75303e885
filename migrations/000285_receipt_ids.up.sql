create sequence receipt_ids;

update schema_migrations set dirty = false;
