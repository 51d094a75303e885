drop table invitations;

update schema_migrations set dirty = false;
