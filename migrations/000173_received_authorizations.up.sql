-- From a provider to what it was given: org_id is the provider's.
create table received_authorizations (
    org_id bigint not null,
    authorization_id bigint not null,
    giver_org_id bigint not null,
    constraint received_authorizations_pkey primary key (org_id, authorization_id)
);

update schema_migrations set dirty = false;
