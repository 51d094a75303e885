create sequence authorization_ids as bigint start with 1001;

update schema_migrations set dirty = false;
