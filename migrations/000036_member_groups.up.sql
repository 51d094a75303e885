create table member_groups (
    org_id bigint not null,
    member_id bigint not null,
    group_id smallint not null,
    constraint member_groups_pkey primary key (org_id, member_id, group_id)
);

update schema_migrations set dirty = false;
