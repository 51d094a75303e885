alter table api_answers drop constraint api_answers_member_fkey;

update schema_migrations set dirty = false;
