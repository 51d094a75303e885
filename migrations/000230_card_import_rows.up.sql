-- The refused rows of a file as they stood in it, with what is wrong with each:
-- the file to correct and send again is made of them.
create table card_import_rows (
    org_id bigint not null,
    import_id bigint not null,
    row_no integer not null,
    cells text[] not null,
    complaints jsonb not null,
    constraint card_import_rows_pkey primary key (org_id, import_id, row_no)
);

update schema_migrations set dirty = false;
