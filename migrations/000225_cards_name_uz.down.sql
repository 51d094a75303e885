drop index cards_name_uz_idx;

update schema_migrations set dirty = false;
