alter table support_files add constraint support_files_message_fkey foreign key (org_id, request_id, message_id) references support_messages (org_id, request_id, id);

update schema_migrations set dirty = false;
