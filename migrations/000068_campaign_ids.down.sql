drop sequence campaign_ids;

update schema_migrations set dirty = false;
