package audit

import (
	"context"
	"fmt"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// RecordMany adds lines for what who did in one act, such as an import, with one
// statement for all of them.
func RecordMany(ctx context.Context, tx pg.Tx, who actor.Subject, es []Entry) error {
	if len(es) == 0 {
		return nil
	}
	orgs, actions, targets, details := make([]int64, len(es)), make([]string, len(es)), make([]string, len(es)), make([]string, len(es))
	for i, e := range es {
		d, err := detailsJSON(e.Details)
		if err != nil {
			return err
		}
		orgs[i], actions[i], targets[i], details[i] = e.OrgID, e.Action, e.Target, string(d)
	}
	return insertLines(ctx, tx, who, orgs, actions, targets, details)
}

// insertLines writes a line for each place of the lists.
//
//tenant:any each line names its organization
func insertLines(ctx context.Context, tx pg.Tx, who actor.Subject, orgs []int64, actions, targets, details []string) error {
	const q = `
		insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target, details, ip, request_id)
		select l.org_id, nextval('audit_ids'), $5, $6, $7, l.action, l.target, l.details::jsonb, $8, $9
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) with ordinality l (org_id, action, target, details, n)
		order by l.n`
	_, err := tx.Exec(ctx, q, orgs, actions, targets, details, who.Kind, who.ID, who.Name, who.Origin.IP, who.Origin.RequestID)
	if err != nil {
		return fmt.Errorf("insert audit lines: %w", err)
	}
	return nil
}
