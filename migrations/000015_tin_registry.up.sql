-- What must be unique in the whole system lives in a registry whose key is that value.
create table tin_registry (
    tin text not null,
    org_id bigint not null,
    constraint tin_registry_pkey primary key (tin)
);

update schema_migrations set dirty = false;
