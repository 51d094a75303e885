drop sequence support_message_ids;

update schema_migrations set dirty = false;
