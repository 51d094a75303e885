update catalogue c set hs = coalesce(v.content ->> 'hs', '')
from card_versions v where v.org_id = c.org_id and v.card_id = c.card_id and v.n = c.n;

update schema_migrations set dirty = false;
