drop index cards_name_ru_idx;

update schema_migrations set dirty = false;
