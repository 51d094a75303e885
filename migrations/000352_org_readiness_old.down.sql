drop index org_readiness_refreshed_idx;

update schema_migrations set dirty = false;
