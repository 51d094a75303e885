-- Cleaned pictures of goods: full (at most 2000 pixels a side) and thumbnail.
-- Which version shows which is in its content.
create table card_photos (
    org_id bigint not null,
    id bigint not null,
    card_id bigint not null,
    side text not null,
    name text not null,
    width integer not null,
    height integer not null,
    sha256 bytea not null,
    blob_id bigint not null,
    thumb_blob_id bigint not null,
    created_at timestamptz not null default now(),
    constraint card_photos_pkey primary key (org_id, id),
    constraint card_photos_side_known check (side in ('front', 'upper', 'left', 'right', 'back', 'down', 'other'))
);

update schema_migrations set dirty = false;
