drop table member_imports;

update schema_migrations set dirty = false;
