-- Stars stand for the personal number of a sole trader.
alter table aics
    drop constraint aics_number_shape,
    add constraint aics_number_shape check (number ~ '^([0-9]{14}|[*]{14})[0-9]{11}$');

update schema_migrations set dirty = false;
