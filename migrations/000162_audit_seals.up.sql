-- The chain: each hash covers a slice of the log and the hash before.
create table audit_seals (
    n bigint not null,
    lines integer not null,
    hash bytea not null,
    sealed_at timestamptz not null default now(),
    constraint audit_seals_pkey primary key (n)
);

update schema_migrations set dirty = false;
