alter table catalogue drop constraint catalogue_card_fkey;

update schema_migrations set dirty = false;
