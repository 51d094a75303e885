alter table members
    alter column account_id set not null,
    drop column name_ru,
    drop column name_en,
    drop column position_ru,
    drop column position_en,
    drop column pinfl_mac,
    drop column pinfl_sealed,
    drop column language,
    drop column all_groups,
    drop column all_places,
    drop column blocked_at,
    drop column blocked_reason,
    drop column version;

update schema_migrations set dirty = false;
