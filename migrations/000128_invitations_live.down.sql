drop index invitations_org_id_member_id_live_key;

update schema_migrations set dirty = false;
