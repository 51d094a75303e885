-- A draft may be changed; version tells whoever changes it next to somebody
-- else, and edited_by whom to ask.
alter table campaigns
    add column version integer not null default 1,
    add column edited_by text not null default '',
    add column edited_at timestamptz;

update schema_migrations set dirty = false;
