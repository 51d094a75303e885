-- What a technical user signs in with. The password is null until it is set at
-- the activation, and again after a block. addresses are networks in CIDR form;
-- none means from anywhere. version counts changes, for two people who edit at
-- once.
create table technical_users (
    org_id bigint not null,
    member_id bigint not null,
    login text not null,
    password_hash text,
    password_set_at timestamptz,
    addresses text[] not null default '{}',
    last_used_at timestamptz,
    last_used_ip text not null default '',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    constraint technical_users_pkey primary key (org_id, member_id)
);

update schema_migrations set dirty = false;
