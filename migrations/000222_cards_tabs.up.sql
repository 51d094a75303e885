-- What tabs and filters of the list count, and what it sorts by status, is in the
-- index: no card is read.
create index cards_tabs_idx on cards (org_id, standing, editing, group_id, country) include (id) where archived_at is null;

update schema_migrations set dirty = false;
