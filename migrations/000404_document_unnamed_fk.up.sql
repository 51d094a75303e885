alter table document_unnamed add constraint document_unnamed_document_fkey foreign key (org_id, document_id) references documents (org_id, id);

update schema_migrations set dirty = false;
