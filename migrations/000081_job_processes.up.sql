-- Which processes work jobs, and when each was last known to live. A job of one
-- that fell silent is given to another.
create table job_processes (
    id text not null,
    seen_at timestamptz not null,
    constraint job_processes_pkey primary key (id)
);

update schema_migrations set dirty = false;
