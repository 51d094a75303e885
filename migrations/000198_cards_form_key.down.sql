drop index cards_form_key;

update schema_migrations set dirty = false;
