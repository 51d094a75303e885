create sequence campaign_ids as bigint start with 11;

update schema_migrations set dirty = false;
