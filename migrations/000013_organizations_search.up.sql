create index organizations_search_idx on organizations using gin (search gin_trgm_ops);

update schema_migrations set dirty = false;
