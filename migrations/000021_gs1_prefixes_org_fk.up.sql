alter table gs1_prefixes add constraint gs1_prefixes_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
