package app

import "testing"

// question is the request to the operator that addresses name, asked by the
// administrator. What one person does with it, the next shall find undone.
func (a *App) question(t *testing.T) {
	t.Helper()
	for _, q := range []string{
		`delete from support_files where org_id = 1`, `delete from support_reads where org_id = 1`, `delete from support_notes where org_id = 1`,
		`delete from support_messages where org_id = 1`, `delete from support_requests where org_id = 1`,
		`insert into support_requests (org_id, id, kind, title, member_id, member_name, last_id, last_text, first_due_at, due_at)
			values (1, 6, 'other', 'Savol', 1, 'Odam 1', 6, 'Nima?', now() + interval '2 days', now() + interval '2 days')`,
		`insert into support_messages (org_id, request_id, id, side, author_id, author_name, body) values (1, 6, 6, 'member', 1, 'Odam 1', 'Nima?')`,
		`insert into support_files (org_id, request_id, message_id, n, name, media_type, size, blob_id) values (1, 6, 6, 1, 'hujjat.pdf', 'application/pdf', 4, 6)`,
	} {
		a.exec(t, q)
	}
}
