-- Words are looked for in documents_list_idx: an organization's own documents, not those of all.
drop index documents_fold_idx;

update schema_migrations set dirty = false;
