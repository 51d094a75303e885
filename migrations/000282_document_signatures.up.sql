-- Signatures on a document. signature_id is the evidence of one made in the portal;
-- those that came with the document hold their own bytes and the sealed container.
create table document_signatures (
    org_id bigint not null,
    id bigint not null,
    document_id bigint not null,
    version bigint not null,
    act text not null,
    signer_name text not null,
    signer_tin text not null default '',
    signed_at timestamptz not null,
    signature_id bigint,
    content bytea,
    container_sealed bytea,
    constraint document_signatures_pkey primary key (org_id, document_id, id),
    constraint document_signatures_act_known check (act in ('issue', 'accept', 'reject')),
    constraint document_signatures_whole check ((signature_id is null) = (content is not null and container_sealed is not null))
);

update schema_migrations set dirty = false;
