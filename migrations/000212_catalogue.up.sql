-- The shared catalogue: cards in force, as everybody sees them.
create table catalogue (
    org_id bigint not null,
    card_id bigint not null,
    n integer not null,
    gtin text not null,
    group_id smallint not null,
    packaging text not null,
    country text not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null,
    brand text not null,
    fold text not null,
    photo_id bigint,
    published_at timestamptz not null default now(),
    constraint catalogue_pkey primary key (org_id, card_id)
);

update schema_migrations set dirty = false;
