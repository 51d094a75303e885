package audit_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func sealAll(t *testing.T, db *pgxpool.Pool) (n int) {
	t.Helper()
	if err := audit.SealAll(t.Context(), db, func(audit.Seal) { n++ }); err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t *testing.T, db *pgxpool.Pool) audit.Proof {
	t.Helper()
	p, err := audit.Verify(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func logged(t *testing.T, from, to int) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	for i := from; i < to; i++ {
		record(t, db, actor.Subject{Kind: "member", ID: "1", Name: "Barno"}, audit.Entry{
			OrgID: int64(i % 3), Action: "place.change", Target: fmt.Sprint("place:", i), Details: map[string]string{"before": "a", "after": "b"},
		})
	}
	return db
}

func TestAWholeLogIsFoundWhole(t *testing.T) {
	t.Parallel()
	db := logged(t, 0, 7)
	if p := verify(t, db); p.Broken != nil || p.Seals != 0 || p.Unsealed != 7 {
		t.Errorf("before the first seal: %s", p)
	}
	if n := sealAll(t, db); n != 1 {
		t.Errorf("%d seals", n)
	}
	if n := sealAll(t, db); n != 0 {
		t.Errorf("nothing is new, and %d seals came", n)
	}
	record(t, db, actor.System("x"), audit.Entry{Action: "x.done"})
	sealAll(t, db)
	record(t, db, actor.System("x"), audit.Entry{Action: "x.more"})
	if p := verify(t, db); p.Broken != nil || p.Seals != 2 || p.Lines != 8 || p.Unsealed != 1 || p.Oldest.IsZero() {
		t.Errorf("%s", p)
	}
}

func TestEveryMeddlingIsNoticed(t *testing.T) {
	t.Parallel()
	for name, meddling := range map[string]string{
		"a changed name":                  `update audit_log set actor_name = 'Somebody' where target = 'place:2'`,
		"a changed detail":                `update audit_log set details = '{"before": "a", "after": "c"}' where target = 'place:2'`,
		"a changed time":                  `update audit_log set at = at + interval '1 microsecond' where target = 'place:2'`,
		"text moved to the field beside":  `update audit_log set action = 'place.changeplace', target = ':2' where target = 'place:2'`,
		"a removed line":                  `delete from audit_log where target = 'place:2'`,
		"a line slipped in":               `insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target, seal) values (1, 0, '', '', '', '', '', 1)`,
		"a line taken out of its seal":    `update audit_log set seal = null where target = 'place:2'`,
		"a line given to another company": `update audit_log set org_id = 77 where target = 'place:2'`,
		"a seal with another hash":        `update audit_seals set hash = '\x00' where n = 1`,
		"a removed seal":                  `delete from audit_seals where n = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := logged(t, 0, 4)
			sealAll(t, db)
			record(t, db, actor.System("x"), audit.Entry{Action: "x.done"})
			sealAll(t, db)
			if _, err := db.Exec(t.Context(), meddling); err != nil {
				t.Fatal(err)
			}
			if p := verify(t, db); p.Broken == nil {
				t.Errorf("%s", p)
			}
		})
	}
}

// A line that was written before others and committed after them was sealed must
// not be missed.
func TestALateCommitIsSealedLater(t *testing.T) {
	t.Parallel()
	db := logged(t, 0, 1)
	late, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer late.Rollback(t.Context())
	const line = `insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target) values (1, 0, 'system', '', '', 'x.late', '')`
	if _, err := late.Exec(t.Context(), line); err != nil {
		t.Fatal(err)
	}
	sealAll(t, db)
	if err := late.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := verify(t, db); p.Broken != nil || p.Unsealed != 1 {
		t.Errorf("after the commit: %s", p)
	}
	sealAll(t, db)
	if p := verify(t, db); p.Broken != nil || p.Unsealed != 0 || p.Lines != 2 {
		t.Errorf("after the next seal: %s", p)
	}
}

func TestSealsTakeTurns(t *testing.T) {
	t.Parallel()
	db := logged(t, 0, 20)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
				return audit.Record(t.Context(), tx, actor.System("x"), audit.Entry{OrgID: int64(i), Action: "x.done"})
			})
			if err != nil {
				t.Error(err)
			}
			if err := audit.SealAll(t.Context(), db, func(audit.Seal) {}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sealAll(t, db)
	if p := verify(t, db); p.Broken != nil || p.Lines != 26 || p.Unsealed != 0 {
		t.Errorf("%s", p)
	}
}
