drop table support_days;

update schema_migrations set dirty = false;
