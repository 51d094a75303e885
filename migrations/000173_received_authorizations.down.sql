drop table received_authorizations;

update schema_migrations set dirty = false;
