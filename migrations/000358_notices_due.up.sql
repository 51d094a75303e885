-- What the job that collects looks for.
create index notices_due_idx on notices (due_at) where status = 'collected';

update schema_migrations set dirty = false;
