-- Who of the staff has a waiting version before them. It is theirs until held_until;
-- then anybody may take it over. given_by is the colleague who passed it on.
create table card_claims (
    org_id bigint not null,
    card_id bigint not null,
    n integer not null,
    staff_id bigint not null,
    staff_name text not null,
    claimed_at timestamptz not null default now(),
    held_until timestamptz not null,
    given_by text not null default '',
    note text not null default '',
    constraint card_claims_pkey primary key (org_id, card_id)
);

update schema_migrations set dirty = false;
