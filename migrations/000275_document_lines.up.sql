-- Lines of the version that is shown; sums in tiyin.
create table document_lines (
    org_id bigint not null,
    document_id bigint not null,
    n integer not null,
    gtin text not null default '',
    name text not null,
    unit text not null default '',
    quantity numeric not null default 0,
    price bigint not null default 0,
    amount bigint not null default 0,
    vat bigint not null default 0,
    codes integer not null default 0,
    constraint document_lines_pkey primary key (org_id, document_id, n)
);

update schema_migrations set dirty = false;
