drop table receipts;

update schema_migrations set dirty = false;
