create sequence support_message_ids as bigint;

update schema_migrations set dirty = false;
