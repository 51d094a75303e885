alter table places
    drop column gln,
    drop column code,
    drop column fold,
    drop column likeness,
    drop column version,
    drop column changed_at,
    drop column blocked_at,
    drop column form_key;

update schema_migrations set dirty = false;
