drop table gs1_prefix_registry;

update schema_migrations set dirty = false;
