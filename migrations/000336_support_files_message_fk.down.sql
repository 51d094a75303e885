alter table support_files drop constraint support_files_message_fkey;

update schema_migrations set dirty = false;
