drop index places_org_id_main_key;

update schema_migrations set dirty = false;
