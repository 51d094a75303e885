alter table notice_choices drop constraint notice_choices_member_fkey;

update schema_migrations set dirty = false;
