create table authorization_groups (
    org_id bigint not null,
    authorization_id bigint not null,
    group_id smallint not null,
    provider_org_id bigint not null,
    live boolean not null default true,
    constraint authorization_groups_pkey primary key (org_id, authorization_id, group_id)
);

update schema_migrations set dirty = false;
