drop index invitations_member_idx;

update schema_migrations set dirty = false;
