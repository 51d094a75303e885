drop table gs1_prefixes;

update schema_migrations set dirty = false;
