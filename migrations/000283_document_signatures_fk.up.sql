alter table document_signatures add constraint document_signatures_document_fkey foreign key (org_id, document_id) references documents (org_id, id);

update schema_migrations set dirty = false;
