-- Who refers to this.
create index document_links_ref_idx on document_links (org_id, ref);

update schema_migrations set dirty = false;
