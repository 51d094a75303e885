-- Places made before are found by their names and addresses as they are.
update places
set fold = lower(concat_ws(' ', name, district, street)),
    likeness = lower(concat_ws(E'\n', name, country, region, district, street));

update schema_migrations set dirty = false;
