delete from return_reasons where id <= 100;

update schema_migrations set dirty = false;
