drop table org_readiness;

update schema_migrations set dirty = false;
