alter table members
    drop column search,
    drop column seen_at,
    drop column form_key;

update schema_migrations set dirty = false;
