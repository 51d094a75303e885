-- Lists by name, in the order of the Uzbek alphabet: Oʻ, Gʻ, Sh, Ch after Z.
create index cards_name_uz_idx on cards (org_id, name_uz collate "uz-x-icu", id) where archived_at is null;

update schema_migrations set dirty = false;
