package cardfile

import (
	"context"
	"errors"

	"kabinet/internal/card"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// errDry rolls back what a check would store.
var errDry = errors.New("only looked at")

// flush stores the batch and its progress, in a check only the progress.
func (w *work) flush(ctx context.Context) error {
	if len(w.rows)+len(w.bad) == 0 {
		return nil
	}
	var outcomes []card.Outcome
	put := func(tx pg.Tx) (err error) {
		outcomes, err = w.putTx(ctx, tx)
		return err
	}
	if w.imp.Mode == Check {
		err := w.tx(ctx, func(tx pg.Tx) error {
			if err := put(tx); err != nil {
				return err
			}
			return errDry
		})
		if !errors.Is(err, errDry) {
			return err
		}
		put = func(pg.Tx) error { return nil }
	}
	var tally Tally
	err := w.tx(ctx, func(tx pg.Tx) error {
		if w.imp.Mode == Apply {
			if err := w.hold(ctx, tx); err != nil {
				return err
			}
		}
		if err := holdRun(ctx, tx, w.imp.OrgID, w.imp.ID, w.from); err != nil {
			return err
		}
		if err := put(tx); err != nil {
			return err
		}
		t, bad := w.told(outcomes)
		tally = t
		if err := addRefused(ctx, tx, w.imp.OrgID, w.imp.ID, bad); err != nil {
			return err
		}
		return moveRun(ctx, tx, w.imp.OrgID, w.imp.ID, place{w.next, w.from.Photo}, t)
	})
	if err != nil {
		return err
	}
	w.from.Row, w.rows, w.bad = w.next, w.rows[:0], w.bad[:0]
	w.imp.NextRow, w.imp.Tally = w.next, w.imp.plus(tally)
	w.tell()
	return nil
}

// hold asks anew whether the owner of the run may do this, in these groups.
func (w *work) hold(ctx context.Context, tx pg.Tx) error {
	if err := gate.HoldTx(ctx, tx, w.actor, perm.CardEdit); err != nil {
		return err
	}
	asked := map[int16]bool{}
	for _, c := range w.rows {
		if asked[c.group] {
			continue
		}
		asked[c.group] = true
		if err := gate.ReachTx(ctx, tx, w.actor, perm.Reach{Group: c.group}); err != nil {
			return err
		}
	}
	return nil
}

// putTx makes drafts of the good rows, group by group; the outcomes stand in the
// order of the rows.
func (w *work) putTx(ctx context.Context, tx pg.Tx) ([]card.Outcome, error) {
	if w.imp.Mode == Check {
		if err := w.hold(ctx, tx); err != nil {
			return nil, err
		}
	}
	outcomes := make([]card.Outcome, len(w.rows))
	for group, at := range byGroup(w.rows) {
		puts := make([]card.Put, len(at))
		for n, i := range at {
			puts[n] = card.Put{Typed: w.rows[i].typed}
		}
		done, err := card.PutTx(ctx, tx, w.actor, w.opener.books[group], puts)
		if err != nil {
			return nil, err
		}
		for n, i := range at {
			outcomes[i] = done[n]
		}
	}
	return outcomes, nil
}

// byGroup gives the places of the rows of each group.
func byGroup(rows []candidate) map[int16][]int {
	groups := map[int16][]int{}
	for i, c := range rows {
		groups[c.group] = append(groups[c.group], i)
	}
	return groups
}

// told counts what became of the batch and gives its refused rows. It may be
// asked twice and leaves the batch as it is.
func (w *work) told(outcomes []card.Outcome) (Tally, []Refused) {
	t := Tally{Bad: len(w.bad)}
	bad := append([]Refused(nil), w.bad...)
	for i, o := range outcomes {
		switch {
		case o.Err != nil:
			t.Bad++
			c := w.rows[i]
			bad = append(bad, Refused{Row: c.row, Cells: c.cells, Complaints: refusedBy(w.opener.header, c, o.Err)})
		case o.Created:
			t.Created++
		case o.Changed:
			t.Changed++
		default:
			t.Unchanged++
		}
	}
	return t, bad
}
