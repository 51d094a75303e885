-- One open request of a user for one thing.
create unique index access_requests_open_key on access_requests (org_id, member_id, kind, subject) where status = 'open';

update schema_migrations set dirty = false;
