create sequence access_request_ids as bigint;

update schema_migrations set dirty = false;
