create index access_requests_member_idx on access_requests (org_id, member_id, id desc);

update schema_migrations set dirty = false;
