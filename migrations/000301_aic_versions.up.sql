-- All that sources said of an AIC; the newest counts, what it leaves out is taken
-- from those before it.
create table aic_versions (
    org_id bigint not null,
    aic_id bigint not null,
    version bigint not null,
    occurred_at timestamptz not null,
    taken_at timestamptz not null default now(),
    digest bytea not null,
    content jsonb not null,
    constraint aic_versions_pkey primary key (org_id, aic_id, version),
    constraint aic_versions_aic_fkey foreign key (org_id, aic_id) references aics (org_id, id)
);

update schema_migrations set dirty = false;
