create table gs1_gtin_registry (
    gtin text not null,
    org_id bigint not null,
    constraint gs1_gtin_registry_pkey primary key (gtin)
);

update schema_migrations set dirty = false;
