drop sequence invitation_ids;

update schema_migrations set dirty = false;
