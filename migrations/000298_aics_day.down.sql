drop index aics_day_idx;

update schema_migrations set dirty = false;
