-- The job that ends them and reminds of their end walks by time.
create index authorizations_expires_idx on authorizations (expires_at) where status = 'active';

update schema_migrations set dirty = false;
