delete from calendar_days;

update schema_migrations set dirty = false;
