-- A new address of an organization that waits for its code: one at a time, a
-- newer wish takes the place of the older. The code is derived from seed and the
-- root secret, so it is stored nowhere.
create table email_changes (
    org_id bigint not null,
    id bigint not null,
    email text not null,
    language text not null,
    seed bytea not null,
    tries integer not null default 0,
    member_id bigint not null,
    member_name text not null,
    requested_at timestamptz not null default now(),
    expires_at timestamptz not null,
    sent_at timestamptz,
    refusal text not null default '',
    constraint email_changes_pkey primary key (org_id)
);

update schema_migrations set dirty = false;
