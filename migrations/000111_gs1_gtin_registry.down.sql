drop table gs1_gtin_registry;

update schema_migrations set dirty = false;
