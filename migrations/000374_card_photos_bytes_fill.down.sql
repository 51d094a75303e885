-- What was counted goes with the column.
select 1;

update schema_migrations set dirty = false;
