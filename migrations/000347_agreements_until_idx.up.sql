-- The job that ends them and reminds of their end walks by time.
create index agreements_until_idx on agreements (until) where status = 'active';

update schema_migrations set dirty = false;
