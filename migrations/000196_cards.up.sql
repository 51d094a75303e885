-- Product cards: where each stands, and what lists show of its newest version.
-- editing is what happens to that version; live is the number of the one in force.
create table cards (
    org_id bigint not null,
    id bigint not null,
    gtin text not null,
    standing text not null default 'new',
    editing text not null default 'draft',
    archived_at timestamptz,
    newest integer not null default 1,
    live integer,
    group_id smallint not null,
    packaging text not null,
    country text not null default '',
    name_uz text not null default '',
    name_ru text not null default '',
    name_en text not null default '',
    brand text not null default '',
    fold text not null default '',
    photo_id bigint,
    form_key text,
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint cards_pkey primary key (org_id, id),
    constraint cards_gtin_shape check (gtin ~ '^[0-9]{14}$'),
    constraint cards_standing_known check (standing in ('new', 'published', 'blocked')),
    constraint cards_editing_known check (editing in ('none', 'draft', 'moderation', 'returned')),
    constraint cards_live_fits check ((live is null) = (standing = 'new')),
    constraint cards_settled_fits check (editing <> 'none' or live = newest)
);

update schema_migrations set dirty = false;
