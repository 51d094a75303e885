-- The folded name: staff are found whatever script somebody searches in.
alter table staff add column search text not null default '';

update schema_migrations set dirty = false;
