-- What staff tell each other about a request. A table of its own: what reads the
-- messages for members cannot meet it.
create table support_notes (
    org_id bigint not null,
    request_id bigint not null,
    id bigint not null,
    staff_id bigint not null,
    staff_name text not null,
    body text not null,
    created_at timestamptz not null default now(),
    constraint support_notes_pkey primary key (org_id, request_id, id),
    constraint support_notes_request_fkey foreign key (org_id, request_id) references support_requests (org_id, id)
);

update schema_migrations set dirty = false;
