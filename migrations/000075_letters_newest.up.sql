create index letters_id_idx on letters (id desc);

update schema_migrations set dirty = false;
