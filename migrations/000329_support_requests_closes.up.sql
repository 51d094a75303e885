create index support_requests_closes_idx on support_requests (closes_at) where closes_at is not null;

update schema_migrations set dirty = false;
