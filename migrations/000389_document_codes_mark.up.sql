-- What a code is found by in whatever form it is written: eight bytes of the hash of its
-- identification code (internal/core/marking); 0 for what is no code.
alter table document_codes add column mark bigint not null default 0;

update schema_migrations set dirty = false;
