create sequence email_change_ids as bigint;

update schema_migrations set dirty = false;
