alter table aics
    drop constraint aics_number_shape,
    add constraint aics_number_shape check (number ~ '^[0-9]{25}$');

update schema_migrations set dirty = false;
