create table bank_accounts (
    org_id bigint not null,
    id bigint not null,
    account text not null,
    mfo text not null,
    bank text not null,
    is_main boolean not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    constraint bank_accounts_pkey primary key (org_id, id),
    constraint bank_accounts_org_id_account_key unique (org_id, account),
    constraint bank_accounts_account_shape check (account ~ '^[0-9]{20}$'),
    constraint bank_accounts_mfo_shape check (mfo ~ '^[0-9]{5}$')
);

update schema_migrations set dirty = false;
