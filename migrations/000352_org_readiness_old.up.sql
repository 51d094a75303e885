-- What has not been looked at for the longest time.
create index org_readiness_refreshed_idx on org_readiness (refreshed_at);

update schema_migrations set dirty = false;
