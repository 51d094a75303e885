-- Who is stuck at a step, the longest first, by region and group without reading rows.
create index org_readiness_stuck_idx on org_readiness (stuck, since, org_id) include (region, groups);

update schema_migrations set dirty = false;
