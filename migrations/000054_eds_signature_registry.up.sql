-- The same signature is never accepted twice, in any organization.
create table eds_signature_registry (
    container_hash bytea not null,
    org_id bigint not null,
    created_at timestamptz not null default now(),
    constraint eds_signature_registry_pkey primary key (container_hash)
);

update schema_migrations set dirty = false;
