drop index document_links_ref_idx;

update schema_migrations set dirty = false;
