drop index card_versions_queue_idx;

update schema_migrations set dirty = false;
