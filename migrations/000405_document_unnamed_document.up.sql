-- For a newer version, which takes the place of what an older one said.
create index document_unnamed_document_idx on document_unnamed (org_id, document_id);

update schema_migrations set dirty = false;
