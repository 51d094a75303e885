alter table card_versions drop constraint card_versions_card_fkey;

update schema_migrations set dirty = false;
