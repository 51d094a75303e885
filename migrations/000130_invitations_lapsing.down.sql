drop index invitations_lapsing_idx;

update schema_migrations set dirty = false;
