drop index cards_waiting_gtin_idx;

update schema_migrations set dirty = false;
