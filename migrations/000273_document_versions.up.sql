-- Every version as the source sent it, byte by byte: what a signature names by its
-- SHA-256 can be shown for ever.
create table document_versions (
    org_id bigint not null,
    document_id bigint not null,
    version bigint not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null default now(),
    sha256 bytea not null,
    body bytea not null,
    constraint document_versions_pkey primary key (org_id, document_id, version),
    constraint document_versions_sha256_length check (length(sha256) = 32)
);

update schema_migrations set dirty = false;
