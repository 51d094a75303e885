alter table api_keys drop constraint api_keys_member_fkey;

update schema_migrations set dirty = false;
