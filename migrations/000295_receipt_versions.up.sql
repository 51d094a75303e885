-- What the source said of a receipt before it said it better, or too late.
create table receipt_versions (
    org_id bigint not null,
    receipt_id bigint not null,
    version bigint not null,
    occurred_at timestamptz not null,
    taken_at timestamptz not null default now(),
    digest bytea not null,
    content jsonb not null,
    constraint receipt_versions_pkey primary key (org_id, receipt_id, version),
    constraint receipt_versions_receipt_fkey foreign key (org_id, receipt_id) references receipts (org_id, id)
);

update schema_migrations set dirty = false;
