create table blobs (
    id bigint not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 bytea not null,
    created_at timestamptz not null default now(),
    constraint blobs_pkey primary key (id)
);

update schema_migrations set dirty = false;
