-- What both sides wrote to each other. author_id is a member's for the side
-- 'member', one of the staff for 'staff'.
create table support_messages (
    org_id bigint not null,
    request_id bigint not null,
    id bigint not null,
    side text not null,
    author_id bigint not null,
    author_name text not null,
    body text not null,
    created_at timestamptz not null default now(),
    constraint support_messages_pkey primary key (org_id, request_id, id),
    constraint support_messages_side_known check (side in ('member', 'staff'))
);

update schema_migrations set dirty = false;
