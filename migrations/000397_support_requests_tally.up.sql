-- The statistics of days that are not summed up, read from the index alone.
create index support_requests_tally_idx on support_requests (created_at) include (kind, first_due_at, answered_at, score);

update schema_migrations set dirty = false;
