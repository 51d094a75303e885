alter table card_import_photos drop constraint card_import_photos_import_fkey;

update schema_migrations set dirty = false;
