drop index members_org_id_form_key_key;

update schema_migrations set dirty = false;
