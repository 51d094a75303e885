drop index notices_letter_idx;

update schema_migrations set dirty = false;
