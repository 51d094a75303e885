drop sequence aic_ids;

update schema_migrations set dirty = false;
