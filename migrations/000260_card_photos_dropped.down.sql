alter table card_photos drop column dropped_at;

update schema_migrations set dirty = false;
