-- A file that was checked: its good rows wait here until somebody applies them.
-- The file itself is not kept. places says how many were added and changed.
create table place_imports (
    org_id bigint not null,
    id uuid not null,
    member_id bigint not null,
    file_name text not null,
    rows jsonb not null,
    complaints jsonb not null,
    read integer not null,
    bad integer not null,
    added integer not null default 0,
    changed integer not null default 0,
    created_at timestamptz not null default now(),
    applied_at timestamptz,
    constraint place_imports_pkey primary key (org_id, id)
);

update schema_migrations set dirty = false;
