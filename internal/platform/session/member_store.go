package session

import (
	"context"
	"fmt"

	"kabinet/internal/platform/pg"
)

// HoldMemberTx locks, before any other row, the asking session and all sessions
// of a member who is about to lose them, in the order of their keys: two
// administrators who block each other wait for one another instead of for ever
// (decision 0016).
//
//tenant:any the asking session is found by its key
func HoldMemberTx(ctx context.Context, tx pg.Tx, key string, orgID, memberID int64) error {
	const q = `
		select token_hash
		from sessions
		where token_hash = $1
		   or account_id = (select m.account_id from members m where m.org_id = $2 and m.id = $3) and org_id = $2 and member_id = $3
		order by token_hash
		for update`
	if _, err := tx.Exec(ctx, q, key, orgID, memberID); err != nil {
		return fmt.Errorf("hold sessions of a member: %w", err)
	}
	return nil
}

// EndMemberTx ends every session in which a member works in the organization;
// the same person's sessions elsewhere go on. Requests that found one of them
// already may draw their page and change nothing (platform/gate).
func EndMemberTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	const q = `
		with gone as (
			delete from sessions
			where account_id = (select m.account_id from members m where m.org_id = $1 and m.id = $2) and org_id = $1 and member_id = $2
			returning token_hash)
		select count(pg_notify($3, token_hash)::text) from gone`
	if _, err := tx.Exec(ctx, q, orgID, memberID, channel); err != nil {
		return fmt.Errorf("end sessions of a member: %w", err)
	}
	return nil
}

// Forget drops what this process has in memory of the sessions of a member or
// of staff. EvictTx tells every process, but by a message that is on its way
// for a moment; the process that made the change need not wait for it.
func (m *Manager) Forget(w Who) {
	m.forget(fmt.Sprintf("%d/%d/%d", w.AccountID, w.OrgID, w.StaffID))
}
