drop index places_org_id_fold_key;

update schema_migrations set dirty = false;
