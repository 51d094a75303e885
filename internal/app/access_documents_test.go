package app

import "testing"

// document is the invoice that addresses name, with a signature that came with it.
// It waits for an answer that nobody can give by an empty form.
func (a *App) document(t *testing.T) {
	t.Helper()
	for _, q := range []string{
		`insert into documents (org_id, id, feed, source_id, version, kind, side, group_id, number, at, party_tin, party_name, amount, status, answer, deadline_at)
			values (1, 6, 'edo', '6', 1, 'ORIGINAL_INVOICE', 'in', 13, 'EHF-6', now(), '300000002', 'Tashkilot 2', 100, 'success', 'waiting', now() + interval '1 day')`,
		`insert into document_versions (org_id, document_id, version, occurred_at, sha256, body) values (1, 6, 1, now(), sha256('{}'), '{}')`,
		`insert into document_codes (org_id, document_id, n, code, result, reason) values (1, 6, 1, '0104780001000013215a', 'error', 'code-not-found')`,
	} {
		a.exec(t, q)
	}
	a.exec(t, `insert into document_signatures (org_id, id, document_id, version, act, signer_name, signed_at, content, container_sealed)
		values (1, 6, 6, 1, 'issue', 'Sotuvchi', now(), 'x', $1)`, a.box.Seal("document.container", []byte("x"), []byte("document:1/6")))
}
