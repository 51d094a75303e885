alter table import_complaints add constraint import_complaints_import_fkey foreign key (import_id) references imports (id);

update schema_migrations set dirty = false;
