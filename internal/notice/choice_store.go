package notice

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// choiceOf reads what a member has chosen over what is usual.
func choiceOf(ctx context.Context, q pg.Querier, a actor.Actor) (Choice, error) {
	const stmt = `select kind, way from notice_choices where org_id = $1 and member_id = $2`
	rows, err := q.Query(ctx, stmt, a.OrgID, a.MemberID)
	if err != nil {
		return nil, fmt.Errorf("choice of letters: %w", err)
	}
	c := Choice{}
	for _, k := range Kinds() {
		c[k] = k.Usual()
	}
	var k Kind
	var w Way
	_, err = pgx.ForEachRow(rows, []any{&k, &w}, func() error {
		c[k] = w
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("choice of letters: %w", err)
	}
	return c, nil
}

// storeChoice keeps every way but that of security, so that what is usual may
// change for those who never chose.
func storeChoice(ctx context.Context, tx pg.Tx, a actor.Actor, c Choice) error {
	var kinds, ways []string
	for _, k := range Kinds() {
		if !k.Always() {
			kinds, ways = append(kinds, string(k)), append(ways, string(c[k]))
		}
	}
	b := &pgx.Batch{}
	b.Queue(`delete from notice_choices where org_id = $1 and member_id = $2`, a.OrgID, a.MemberID)
	b.Queue(`
		insert into notice_choices (org_id, member_id, kind, way)
		select $1, $2, w.kind, w.way from unnest($3::text[], $4::text[]) as w (kind, way)`, a.OrgID, a.MemberID, kinds, ways)
	b.Queue(`
		update notices n set status = 'muted'
		from notice_choices c
		where n.org_id = $1 and n.member_id = $2 and n.status = 'collected'
		  and c.org_id = n.org_id and c.member_id = n.member_id and c.kind = n.kind and c.way = 'portal'`, a.OrgID, a.MemberID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("store choice of letters: %w", err)
	}
	return nil
}
