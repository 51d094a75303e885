alter table gs1_prefixes drop column reason;

update schema_migrations set dirty = false;
