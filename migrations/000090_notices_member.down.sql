drop index notices_member_idx;

update schema_migrations set dirty = false;
