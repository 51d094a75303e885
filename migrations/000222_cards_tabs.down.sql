drop index cards_tabs_idx;

update schema_migrations set dirty = false;
