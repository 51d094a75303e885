drop index places_org_id_likeness_key;

update schema_migrations set dirty = false;
