drop sequence letter_ids;

update schema_migrations set dirty = false;
