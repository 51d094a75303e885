-- Append only, no keys to other tables: the log must read right when what it
-- names is long gone. org_id 0 is the system's own log.
create table audit_log (
    org_id bigint not null,
    id bigint not null,
    at timestamptz not null default now(),
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    action text not null,
    target text not null,
    details jsonb not null default '{}',
    ip text not null default '',
    request_id text not null default '',
    constraint audit_log_pkey primary key (org_id, id)
);

update schema_migrations set dirty = false;
