drop index aics_state_idx;

update schema_migrations set dirty = false;
