-- gln and code are empty when there is none. fold is name and address in the
-- letters of the search; likeness is what two places may not share: name and
-- address without case. version counts changes, so that two who edit at once see
-- each other; form_key is the form that made the place, so that a form sent twice
-- makes one.
alter table places
    add column gln text not null default '',
    add column code text not null default '',
    add column fold text not null default '',
    add column likeness text not null default '',
    add column version integer not null default 1,
    add column changed_at timestamptz,
    add column blocked_at timestamptz,
    add column form_key text;

update schema_migrations set dirty = false;
