delete from support_answers where id <= 100;

update schema_migrations set dirty = false;
