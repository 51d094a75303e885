alter table aics add constraint aics_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
