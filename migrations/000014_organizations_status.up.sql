-- The operator's list by status, newest first.
create index organizations_status_idx on organizations (status, org_id desc);

update schema_migrations set dirty = false;
