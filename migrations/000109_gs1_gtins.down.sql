drop table gs1_gtins;

update schema_migrations set dirty = false;
