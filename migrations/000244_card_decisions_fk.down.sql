alter table card_decisions drop constraint card_decisions_version_fkey;

update schema_migrations set dirty = false;
