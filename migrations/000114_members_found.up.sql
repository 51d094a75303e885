-- search is what a user is found by, folded to one alphabet; seen_at is when the
-- user came last; form_key is the form that made the user, so that a form sent
-- twice makes one.
alter table members
    add column search text not null default '',
    add column seen_at timestamptz,
    add column form_key text;

update schema_migrations set dirty = false;
