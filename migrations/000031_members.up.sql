-- A user of an organization: a person (business) or a program (technical).
create table members (
    org_id bigint not null,
    id bigint not null,
    account_id bigint not null,
    kind text not null,
    name text not null,
    position text not null default '',
    email text not null,
    status text not null,
    created_at timestamptz not null default now(),
    activated_at timestamptz,
    constraint members_pkey primary key (org_id, id),
    constraint members_org_id_account_id_key unique (org_id, account_id),
    constraint members_kind_known check (kind in ('business', 'technical')),
    constraint members_status_known check (status in ('not_activated', 'active', 'blocked'))
);

update schema_migrations set dirty = false;
