create sequence letter_ids as bigint start with 100001;

update schema_migrations set dirty = false;
