alter table documents add constraint documents_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
