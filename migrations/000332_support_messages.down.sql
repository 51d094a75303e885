drop table support_messages;

update schema_migrations set dirty = false;
