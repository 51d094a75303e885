package app

import "testing"

// aic is the one that addresses name; it was released, so that nobody disbands it.
func (a *App) aic(t *testing.T) {
	t.Helper()
	a.exec(t, `insert into aics (org_id, id, number, feed, version, group_id, status, formed_on) values
		(1, 6, '0000030000000113102500001', 'customs', 1, 10, 'released', '2025-10-13')`)
}
