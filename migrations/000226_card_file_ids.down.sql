drop sequence card_file_ids;

update schema_migrations set dirty = false;
