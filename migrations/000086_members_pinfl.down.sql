drop index members_org_id_pinfl_mac_key;

update schema_migrations set dirty = false;
