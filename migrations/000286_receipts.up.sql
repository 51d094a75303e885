-- Fiscal receipts, as the newest version of the source has them. Sums are in tiyin.
-- codes are hashes of the identification codes in the lines; trouble has a bit for
-- each reason why a receipt does not fit to what is known (internal/receipt).
create table receipts (
    org_id bigint not null,
    id bigint not null,
    issued_at timestamptz not null,
    total bigint not null,
    version bigint not null,
    sale_id bigint,
    taken_at timestamptz not null default now(),
    trouble smallint not null default 0,
    kind text not null,
    feed text not null,
    source_id text not null,
    fiscal_sign text not null,
    terminal text not null,
    number text not null,
    sale_sign text not null default '',
    sale_terminal text not null default '',
    sale_number text not null default '',
    digest bytea not null,
    groups smallint[] not null default '{}',
    codes bigint[] not null default '{}',
    lines jsonb not null,
    constraint receipts_pkey primary key (org_id, id),
    constraint receipts_source_key unique (org_id, source_id, feed),
    constraint receipts_kind_known check (kind in ('sale', 'return')),
    constraint receipts_sale_fits check (kind = 'return' or (sale_id is null and sale_sign = ''))
);

update schema_migrations set dirty = false;
