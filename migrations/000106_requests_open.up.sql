-- One open request about a thing, whoever presses twice.
create unique index requests_open_key on requests (org_id, kind, subject) where status = 'open';

update schema_migrations set dirty = false;
