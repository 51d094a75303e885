create sequence notice_ids as bigint;

update schema_migrations set dirty = false;
