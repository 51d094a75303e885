alter table campaigns
    drop column version,
    drop column edited_by,
    drop column edited_at;

update schema_migrations set dirty = false;
