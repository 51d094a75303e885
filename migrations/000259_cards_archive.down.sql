drop index cards_archive_idx;

update schema_migrations set dirty = false;
