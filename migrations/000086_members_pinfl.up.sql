-- One member for one person in an organization, also before activation.
create unique index members_org_id_pinfl_mac_key on members (org_id, pinfl_mac) where pinfl_mac is not null;

update schema_migrations set dirty = false;
