-- Which organizations a run named with a good row, whatever it changed: a
-- campaign may be for those of one file.
create table import_orgs (
    org_id bigint not null,
    import_id bigint not null,
    constraint import_orgs_pkey primary key (org_id, import_id)
);

update schema_migrations set dirty = false;
