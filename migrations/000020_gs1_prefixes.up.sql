-- Company prefixes as the operator registered them (domain.md 2.4).
create table gs1_prefixes (
    org_id bigint not null,
    prefix text not null,
    status text not null,
    registered_at timestamptz not null default now(),
    constraint gs1_prefixes_pkey primary key (org_id, prefix),
    constraint gs1_prefixes_shape check (prefix ~ '^478[0-9]{1,9}$'),
    constraint gs1_prefixes_status_known check (status in ('active', 'blocked'))
);

update schema_migrations set dirty = false;
