-- What cards of a product group choose from: categories, HS codes (TN VED) and
-- codes of the national catalogue (IKPU). One that is switched off stays, for
-- the cards that name it; fold is what a search looks in.
create table card_codes (
    group_id smallint not null,
    list text not null,
    code text not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null default '',
    fold text not null,
    off_at timestamptz,
    version integer not null default 1,
    constraint card_codes_pkey primary key (group_id, list, code),
    constraint card_codes_list_known check (list in ('category', 'hs', 'ikpu')),
    constraint card_codes_hs_shape check (list <> 'hs' or code ~ '^[0-9]{10}$'),
    constraint card_codes_ikpu_shape check (list <> 'ikpu' or code ~ '^[0-9]{17}$')
);

update schema_migrations set dirty = false;
