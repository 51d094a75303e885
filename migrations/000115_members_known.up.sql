-- Users made before: found by their names as they are, and known by the personal
-- number of their account.
update members m set search = lower(concat_ws(' ', m.name, m.name_ru, m.name_en)),
    pinfl_mac = coalesce(m.pinfl_mac, (select a.pinfl_mac from accounts a where a.id = m.account_id));

update schema_migrations set dirty = false;
