-- A file of codes that was checked: its good rows wait here until somebody of
-- the staff applies them. The file itself is not kept.
create table code_imports (
    id bigint generated always as identity,
    group_id smallint not null,
    list text not null,
    file_name text not null,
    rows jsonb not null,
    complaints jsonb not null,
    read integer not null,
    bad integer not null,
    staff_name text not null,
    created_at timestamptz not null default now(),
    added integer not null default 0,
    changed integer not null default 0,
    applied_at timestamptz,
    constraint code_imports_pkey primary key (id)
);

update schema_migrations set dirty = false;
