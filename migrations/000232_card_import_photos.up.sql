-- The refused photos of an archive; n is the place in it.
create table card_import_photos (
    org_id bigint not null,
    import_id bigint not null,
    n integer not null,
    name text not null,
    complaint jsonb not null,
    constraint card_import_photos_pkey primary key (org_id, import_id, n)
);

update schema_migrations set dirty = false;
