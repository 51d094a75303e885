drop table card_photos;

update schema_migrations set dirty = false;
