alter table notice_choices
    drop constraint notice_choices_way_known,
    drop column way;

update schema_migrations set dirty = false;
