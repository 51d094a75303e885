drop table support_reads;

update schema_migrations set dirty = false;
