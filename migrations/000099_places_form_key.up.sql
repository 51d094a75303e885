create unique index places_org_id_form_key_key on places (org_id, form_key) where form_key is not null;

update schema_migrations set dirty = false;
