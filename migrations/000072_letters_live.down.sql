drop index letters_org_id_live_key;

update schema_migrations set dirty = false;
