drop table aic_versions;

update schema_migrations set dirty = false;
