alter table support_requests add constraint support_requests_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
