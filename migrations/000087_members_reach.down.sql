update members set all_groups = false, all_places = false where all_groups or all_places;

update schema_migrations set dirty = false;
