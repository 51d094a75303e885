-- A person's newest.
create index notices_member_idx on notices (org_id, member_id, id desc);

update schema_migrations set dirty = false;
