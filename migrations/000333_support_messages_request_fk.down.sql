alter table support_messages drop constraint support_messages_request_fkey;

update schema_migrations set dirty = false;
