-- The statistics of a period.
create index support_requests_created_idx on support_requests (created_at);

update schema_migrations set dirty = false;
