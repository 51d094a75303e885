alter table card_photos drop constraint card_photos_card_fkey;

update schema_migrations set dirty = false;
