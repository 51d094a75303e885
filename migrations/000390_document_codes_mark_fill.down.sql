update document_codes set mark = 0;

update schema_migrations set dirty = false;
