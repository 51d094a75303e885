alter table announcement_reads drop constraint announcement_reads_member_fkey;

update schema_migrations set dirty = false;
