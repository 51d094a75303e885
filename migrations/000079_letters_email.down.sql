drop index letters_email_idx;

update schema_migrations set dirty = false;
