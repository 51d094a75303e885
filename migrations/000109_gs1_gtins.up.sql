-- Single numbers of GS1 Uzbekistan, for who has no prefix (domain.md F17).
create table gs1_gtins (
    org_id bigint not null,
    gtin text not null,
    status text not null,
    registered_at timestamptz not null default now(),
    reason text not null default '',
    constraint gs1_gtins_pkey primary key (org_id, gtin),
    constraint gs1_gtins_shape check (gtin ~ '^[0-9]{14}$'),
    constraint gs1_gtins_status_known check (status in ('active', 'blocked'))
);

update schema_migrations set dirty = false;
