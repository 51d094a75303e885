create unique index members_org_id_form_key_key on members (org_id, form_key) where form_key is not null;

update schema_migrations set dirty = false;
