-- Attributes of cards by product group: versions, never changed once published.
create table attribute_sets (
    group_id smallint not null,
    version integer not null,
    attributes jsonb not null,
    note text not null default '',
    staff_name text not null default '',
    published_at timestamptz not null default now(),
    constraint attribute_sets_pkey primary key (group_id, version)
);

update schema_migrations set dirty = false;
