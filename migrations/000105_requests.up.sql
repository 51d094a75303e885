-- What an organization asks the operator for: to be an issuer in a group, or to
-- have a GS1 prefix or a single GTIN registered. subject is the group's number,
-- the prefix or the 14 digits; wanted is the issuer flag that is asked for.
-- Whoever of the staff claimed it last decides it; a claim is good for 15 minutes.
create table requests (
    org_id bigint not null,
    id bigint not null,
    kind text not null,
    subject text not null,
    wanted boolean not null default true,
    about text not null default '',
    blob_id bigint,
    status text not null default 'open',
    member_id bigint not null,
    member_name text not null,
    created_at timestamptz not null default now(),
    claimed_by bigint,
    claimed_name text not null default '',
    claimed_at timestamptz,
    decided_by bigint,
    decided_name text not null default '',
    decided_at timestamptz,
    answer text not null default '',
    constraint requests_pkey primary key (org_id, id),
    constraint requests_kind_known check (kind in ('issuer', 'gs1_prefix', 'gs1_gtin')),
    constraint requests_status_known check (status in ('open', 'approved', 'refused', 'withdrawn')),
    constraint requests_document check (kind = 'issuer' or blob_id is not null)
);

update schema_migrations set dirty = false;
