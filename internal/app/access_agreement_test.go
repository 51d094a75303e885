package app

import "testing"

// agreement is the one that addresses name, waiting for its signature; and a
// reminder to a group.
func (a *App) agreement(t *testing.T) {
	t.Helper()
	for _, q := range []string{
		`delete from agreements where org_id = 1`,
		`insert into agreements (org_id, id, status, version, requested_by, requested_name, text_uz, text_ru, text_en, director_name, sent_at)
			values (1, 6, 'sent', '2026-11-01', 1, 'Odam 1', '# Shartnoma', '# Договор', '# Agreement', 'Direktor', now())`,
		`insert into readiness_mailings (id, step, since, staff_id, staff_name, counted) overriding system value values (6, 'address', now(), 1, 'W', 1) on conflict do nothing`,
	} {
		a.exec(t, q)
	}
}
