-- What a service provider may do for the organization, in which groups, until
-- when. Name and number of the provider are those of the day it was given.
create table authorizations (
    org_id bigint not null,
    id bigint not null,
    provider_org_id bigint not null,
    provider_tin text not null,
    provider_name_uz text not null,
    provider_name_ru text not null,
    tasks text[] not null,
    expires_at timestamptz not null,
    status text not null default 'active',
    reason text not null default '',
    created_by bigint not null,
    created_name text not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    reminded smallint not null default 0,
    constraint authorizations_pkey primary key (org_id, id),
    constraint authorizations_status_known check (status in ('active', 'revoked', 'expired')),
    constraint authorizations_other check (provider_org_id <> org_id),
    constraint authorizations_lasts check (expires_at > created_at)
);

update schema_migrations set dirty = false;
