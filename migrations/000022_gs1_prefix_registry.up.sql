create table gs1_prefix_registry (
    prefix text not null,
    org_id bigint not null,
    constraint gs1_prefix_registry_pkey primary key (prefix)
);

update schema_migrations set dirty = false;
