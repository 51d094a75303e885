-- Who is stuck at a step, in a region, the longest first; groups without reading rows. Where
-- there is anybody to look for is said by readiness_counts.
create index org_readiness_stuck_idx on org_readiness (stuck, region, since, org_id) include (groups);

update schema_migrations set dirty = false;
