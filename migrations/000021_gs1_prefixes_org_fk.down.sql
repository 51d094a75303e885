alter table gs1_prefixes drop constraint gs1_prefixes_org_fkey;

update schema_migrations set dirty = false;
