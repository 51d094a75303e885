drop table receipt_versions;

update schema_migrations set dirty = false;
