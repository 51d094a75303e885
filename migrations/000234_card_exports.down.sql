drop table card_exports;

update schema_migrations set dirty = false;
