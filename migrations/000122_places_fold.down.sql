update places set fold = '' where fold <> '';

update schema_migrations set dirty = false;
