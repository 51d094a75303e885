-- Evidence of what was signed: the container itself, sealed, and who signed.
create table eds_signatures (
    org_id bigint not null,
    id bigint not null,
    purpose text not null,
    body text not null,
    container_sealed bytea not null,
    signer_name text not null,
    signer_position text not null default '',
    serial text not null,
    issuer text not null,
    org_tin text not null,
    pinfl_mac bytea not null,
    verifier text not null,
    signed_at timestamptz not null,
    key_until timestamptz not null,
    created_at timestamptz not null default now(),
    constraint eds_signatures_pkey primary key (org_id, id)
);

update schema_migrations set dirty = false;
