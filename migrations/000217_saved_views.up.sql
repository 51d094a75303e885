-- Questions to a list that a person gave a name; query is that of its address.
create table saved_views (
    org_id bigint not null,
    id bigint not null,
    member_id bigint not null,
    list text not null,
    name text not null,
    query text not null,
    created_at timestamptz not null default now(),
    constraint saved_views_pkey primary key (org_id, id),
    constraint saved_views_name_key unique (org_id, member_id, list, name)
);

update schema_migrations set dirty = false;
