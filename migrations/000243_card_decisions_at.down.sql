drop index card_decisions_at_idx;

update schema_migrations set dirty = false;
