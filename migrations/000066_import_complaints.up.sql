-- What is wrong with a row: where, why (message key and values), what stood there.
create table import_complaints (
    import_id bigint not null,
    row_no integer not null,
    field text not null,
    key text not null,
    args jsonb not null default '[]',
    found text not null default '',
    constraint import_complaints_pkey primary key (import_id, row_no, field)
);

update schema_migrations set dirty = false;
