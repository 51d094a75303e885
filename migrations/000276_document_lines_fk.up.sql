alter table document_lines add constraint document_lines_document_fkey foreign key (org_id, document_id) references documents (org_id, id);

update schema_migrations set dirty = false;
