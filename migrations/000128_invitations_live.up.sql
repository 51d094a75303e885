-- One live invitation for a user: a new one has to end the earlier first.
create unique index invitations_org_id_member_id_live_key on invitations (org_id, member_id) where status in ('queued', 'sent');

update schema_migrations set dirty = false;
