create index support_requests_title_idx on support_requests using gin (title gin_trgm_ops);

update schema_migrations set dirty = false;
