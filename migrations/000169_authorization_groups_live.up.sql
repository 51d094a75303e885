-- One authorization at a time for a provider in a group.
create unique index authorization_groups_live_key on authorization_groups (org_id, provider_org_id, group_id) where live;

update schema_migrations set dirty = false;
