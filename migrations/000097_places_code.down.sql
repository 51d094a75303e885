drop index places_org_id_code_key;

update schema_migrations set dirty = false;
