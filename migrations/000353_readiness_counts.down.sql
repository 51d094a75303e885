drop table readiness_counts;

update schema_migrations set dirty = false;
