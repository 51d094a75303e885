drop table rate_limits;

update schema_migrations set dirty = false;
