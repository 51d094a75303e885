create sequence support_ids as bigint;

update schema_migrations set dirty = false;
