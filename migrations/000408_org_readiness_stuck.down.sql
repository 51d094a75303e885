drop index org_readiness_stuck_idx;

update schema_migrations set dirty = false;
