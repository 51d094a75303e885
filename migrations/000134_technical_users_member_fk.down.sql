alter table technical_users drop constraint technical_users_member_fkey;

update schema_migrations set dirty = false;
