-- HS code of goods: the Open API looks them up by its beginning.
alter table catalogue add column hs text collate "C" not null default '';

update schema_migrations set dirty = false;
