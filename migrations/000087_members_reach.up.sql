-- Administrators made before scopes existed could reach everything.
update members m set all_groups = true, all_places = true
where exists (select 1 from member_roles r where r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin');

update schema_migrations set dirty = false;
