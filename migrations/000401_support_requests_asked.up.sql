-- Whose requests may hold an answer to read; the count in the menu of every page.
create index support_requests_asked_idx on support_requests (org_id, member_id) where status in ('waiting', 'answered');

update schema_migrations set dirty = false;
