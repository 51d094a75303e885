drop index organizations_search_idx;

update schema_migrations set dirty = false;
