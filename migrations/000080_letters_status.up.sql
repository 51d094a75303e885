-- The operator's list by status over all campaigns, newest first.
create index letters_status_idx on letters (status, id desc);

update schema_migrations set dirty = false;
