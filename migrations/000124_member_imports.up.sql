-- A file of users that was checked: its good rows wait here, sealed because they
-- hold personal numbers, until somebody applies them. The file itself is not kept.
create table member_imports (
    org_id bigint not null,
    id uuid not null,
    member_id bigint not null,
    file_name text not null,
    sealed bytea not null,
    complaints jsonb not null,
    read integer not null,
    bad integer not null,
    added integer not null default 0,
    known integer not null default 0,
    created_at timestamptz not null default now(),
    applied_at timestamptz,
    constraint member_imports_pkey primary key (org_id, id)
);

update schema_migrations set dirty = false;
