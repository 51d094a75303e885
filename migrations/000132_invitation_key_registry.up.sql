-- From a link's token or a typed code (by hash) to the invitation.
create table invitation_key_registry (
    key_hash bytea not null,
    kind text not null,
    org_id bigint not null,
    invitation_id bigint not null,
    constraint invitation_key_registry_pkey primary key (key_hash),
    constraint invitation_key_registry_kind_known check (kind in ('token', 'code'))
);

update schema_migrations set dirty = false;
