update members set pinfl_mac = null where pinfl_sealed is null and pinfl_mac is not null;

update schema_migrations set dirty = false;
