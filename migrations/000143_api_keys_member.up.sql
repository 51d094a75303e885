create index api_keys_member_idx on api_keys (org_id, member_id, id);

update schema_migrations set dirty = false;
