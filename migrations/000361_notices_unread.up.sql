-- A person's unread, newest first; the count in the menu of every page.
create index notices_unread_idx on notices (org_id, member_id, id desc) where read_at is null and announcement is null;

update schema_migrations set dirty = false;
