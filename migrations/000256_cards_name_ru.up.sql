create index cards_name_ru_idx on cards (org_id, name_ru collate "ru-x-icu", id) where archived_at is null;

update schema_migrations set dirty = false;
