alter table invitations drop constraint invitations_member_fkey;

update schema_migrations set dirty = false;
