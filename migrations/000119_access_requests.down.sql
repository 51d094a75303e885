drop table access_requests;

update schema_migrations set dirty = false;
