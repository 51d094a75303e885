drop table technical_users;

update schema_migrations set dirty = false;
