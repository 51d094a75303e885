alter table saved_views drop constraint saved_views_member_fkey;

update schema_migrations set dirty = false;
