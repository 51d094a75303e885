alter table access_requests drop constraint access_requests_member_fkey;

update schema_migrations set dirty = false;
