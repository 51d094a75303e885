alter table card_photos drop column bytes;

update schema_migrations set dirty = false;
