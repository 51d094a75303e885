alter table agreements add constraint agreements_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
