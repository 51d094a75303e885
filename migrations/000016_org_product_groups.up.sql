create table org_product_groups (
    org_id bigint not null,
    group_id smallint not null,
    issuer boolean not null,
    status text not null,
    connected_at timestamptz not null default now(),
    constraint org_product_groups_pkey primary key (org_id, group_id),
    constraint org_product_groups_status_known check (status in ('pending', 'active', 'blocked'))
);

update schema_migrations set dirty = false;
