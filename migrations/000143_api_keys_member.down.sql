drop index api_keys_member_idx;

update schema_migrations set dirty = false;
