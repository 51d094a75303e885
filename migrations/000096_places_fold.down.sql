update places set fold = '', likeness = '' where fold <> '' or likeness <> '';

update schema_migrations set dirty = false;
