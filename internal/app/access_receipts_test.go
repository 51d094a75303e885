package app

import "testing"

// receipt is the one that addresses name.
func (a *App) receipt(t *testing.T) {
	t.Helper()
	a.exec(t, `insert into receipts (org_id, id, issued_at, total, version, kind, feed, source_id, fiscal_sign, terminal, number, digest, groups, lines) values
		(1, 6, now(), 450000, 1, 'sale', 'ofd', '1', '900000000001', 'UZ1', '1', '\x00', '{13}', '[{"name": "Suv", "quantity": 1000, "sum": 450000}]')`)
}
