-- What users ask their administrators for. subject is the code of a role or the
-- number of a product group or a place; path is the page to come back to.
create table access_requests (
    org_id bigint not null,
    id bigint not null,
    member_id bigint not null,
    kind text not null,
    subject text not null,
    note text not null default '',
    path text not null default '',
    status text not null default 'open',
    reason text not null default '',
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    decided_by bigint,
    constraint access_requests_pkey primary key (org_id, id),
    constraint access_requests_kind_known check (kind in ('role', 'group', 'place')),
    constraint access_requests_status_known check (status in ('open', 'granted', 'refused', 'withdrawn'))
);

update schema_migrations set dirty = false;
