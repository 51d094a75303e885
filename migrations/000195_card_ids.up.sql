create sequence card_ids;

update schema_migrations set dirty = false;
