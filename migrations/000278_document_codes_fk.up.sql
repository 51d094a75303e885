alter table document_codes add constraint document_codes_document_fkey foreign key (org_id, document_id) references documents (org_id, id);

update schema_migrations set dirty = false;
