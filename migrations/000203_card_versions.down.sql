drop table card_versions;

update schema_migrations set dirty = false;
