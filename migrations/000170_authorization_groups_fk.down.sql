alter table authorization_groups drop constraint authorization_groups_authorization_fkey;

update schema_migrations set dirty = false;
