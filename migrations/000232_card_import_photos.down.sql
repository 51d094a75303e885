drop table card_import_photos;

update schema_migrations set dirty = false;
