-- Acts on many cards: what became of each, for the page that tells it. done are
-- ids, left what was left out and why.
create table card_bulks (
    org_id bigint not null,
    id uuid not null,
    member_id bigint not null,
    act text not null,
    form_key text not null,
    done bigint[] not null,
    skipped jsonb not null,
    created_at timestamptz not null default now(),
    constraint card_bulks_pkey primary key (org_id, id),
    constraint card_bulks_form_key unique (org_id, member_id, form_key)
);

update schema_migrations set dirty = false;
