-- Counts changes, for two of the staff who edit at once.
alter table product_groups add column version integer not null default 1;

update schema_migrations set dirty = false;
