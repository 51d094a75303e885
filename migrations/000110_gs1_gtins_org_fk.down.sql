alter table gs1_gtins drop constraint gs1_gtins_org_fkey;

update schema_migrations set dirty = false;
