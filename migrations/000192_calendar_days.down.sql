drop table calendar_days;

update schema_migrations set dirty = false;
