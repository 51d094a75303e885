alter table authorization_groups add constraint authorization_groups_authorization_fkey foreign key (org_id, authorization_id) references authorizations (org_id, id);

update schema_migrations set dirty = false;
