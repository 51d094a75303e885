drop index cards_changed_idx;

update schema_migrations set dirty = false;
