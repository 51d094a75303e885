drop table announcement_reads;

update schema_migrations set dirty = false;
