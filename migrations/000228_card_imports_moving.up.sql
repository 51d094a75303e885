create index card_imports_moving_idx on card_imports (moved_at) where status in ('queued', 'running');

update schema_migrations set dirty = false;
