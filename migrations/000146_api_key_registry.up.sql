-- From the hash of a key, unique in the system, to the organization that has it.
create table api_key_registry (
    key_hash bytea not null,
    org_id bigint not null,
    key_id bigint not null,
    constraint api_key_registry_pkey primary key (key_hash)
);

update schema_migrations set dirty = false;
