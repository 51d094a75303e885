-- What goes out in one letter.
create index notices_letter_idx on notices (org_id, letter) where letter is not null;

update schema_migrations set dirty = false;
