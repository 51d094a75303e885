alter table card_codes drop constraint card_codes_group_fkey;

update schema_migrations set dirty = false;
