drop index card_versions_waiting_idx;

update schema_migrations set dirty = false;
