drop sequence access_request_ids;

update schema_migrations set dirty = false;
