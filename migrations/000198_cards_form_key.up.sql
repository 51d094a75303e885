-- A form sent twice makes one card.
create unique index cards_form_key on cards (org_id, form_key);

update schema_migrations set dirty = false;
