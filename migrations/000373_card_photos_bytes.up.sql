-- How much the two files of a photo take: an organization has room for so much.
alter table card_photos add column bytes bigint not null default 0;

update schema_migrations set dirty = false;
