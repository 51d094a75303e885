drop index access_requests_member_idx;

update schema_migrations set dirty = false;
