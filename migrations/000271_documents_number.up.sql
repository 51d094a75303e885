-- Documents by the beginning of their number; what an AIC of a declaration is.
create index documents_number_idx on documents (org_id, number text_pattern_ops);

update schema_migrations set dirty = false;
