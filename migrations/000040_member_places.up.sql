create table member_places (
    org_id bigint not null,
    member_id bigint not null,
    place_id integer not null,
    constraint member_places_pkey primary key (org_id, member_id, place_id)
);

update schema_migrations set dirty = false;
