create table member_roles (
    org_id bigint not null,
    member_id bigint not null,
    role text not null,
    granted_at timestamptz not null default now(),
    constraint member_roles_pkey primary key (org_id, member_id, role)
);

update schema_migrations set dirty = false;
