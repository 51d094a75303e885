drop table technical_tokens;

update schema_migrations set dirty = false;
