-- A user's newest.
create index invitations_member_idx on invitations (org_id, member_id, id desc);

update schema_migrations set dirty = false;
