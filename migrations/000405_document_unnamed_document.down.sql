drop index document_unnamed_document_idx;

update schema_migrations set dirty = false;
