drop table return_reasons;

update schema_migrations set dirty = false;
