alter table list_choices drop constraint list_choices_member_fkey;

update schema_migrations set dirty = false;
