-- Dictionary: the product groups of the marking system, editable without code (domain.md 2.3).
create table product_groups (
    id smallint not null,
    slug text not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null,
    constraint product_groups_pkey primary key (id),
    constraint product_groups_slug_key unique (slug)
);

update schema_migrations set dirty = false;
