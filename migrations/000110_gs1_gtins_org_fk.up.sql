alter table gs1_gtins add constraint gs1_gtins_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
