alter table support_messages add constraint support_messages_request_fkey foreign key (org_id, request_id) references support_requests (org_id, id);

update schema_migrations set dirty = false;
