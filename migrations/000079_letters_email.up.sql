-- Staff look for a letter by the beginning of its address.
create index letters_email_idx on letters (email text_pattern_ops);

update schema_migrations set dirty = false;
