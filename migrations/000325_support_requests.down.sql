drop table support_requests;

update schema_migrations set dirty = false;
