package support

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Claim takes a request to work on, takes it over from somebody whose hold has
// lapsed, or holds on to it: for 15 minutes after the last act (claimTime).
func (s *Service) Claim(ctx context.Context, op actor.Operator, orgID, id int64) error {
	return gate.InTx(ctx, s.DB, op, perm.OpSupportAnswer, func(tx pg.Tx) error {
		r, err := lockFree(ctx, tx, op, orgID, id, Claim)
		if err != nil {
			return err
		}
		return hold(ctx, tx, r, op.StaffID, op.Name, claimTime)
	})
}

// lockFree holds the row of a request with which one of the staff may do
// something now: of two who come at once the second sees what the first did. Who
// belongs to the organization can only put its requests back (ErrOwn).
func lockFree(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, id int64, act Act) (Request, error) {
	r, _, err := lock(ctx, tx, orgID, id)
	switch {
	case err != nil:
		return Request{}, err
	case !r.Status.Fits(act):
		return Request{}, ErrOver
	case act != Note && r.Hold.Others(op.StaffID):
		return Request{}, ErrHeld.With("name", r.Hold.Name)
	case act == PutBack:
		return r, nil
	}
	own, err := org.Concerns(ctx, tx, orgID, op.StaffID)
	if err == nil && own {
		err = ErrOwn
	}
	return r, err
}

// PutBack lets others take a request at once. What somebody else took over
// meanwhile stays theirs (ErrHeld).
func (s *Service) PutBack(ctx context.Context, op actor.Operator, orgID, id int64) error {
	return gate.InTx(ctx, s.DB, op, perm.OpSupportAnswer, func(tx pg.Tx) error {
		r, err := lockFree(ctx, tx, op, orgID, id, PutBack)
		if err != nil {
			return err
		}
		return letGo(ctx, tx, r)
	})
}

// Ref names a request for staff.
type Ref struct{ OrgID, ID int64 }

// Next takes the request with the nearest deadline that nobody holds and whose
// organization is not the reader's own; ok is false when there is none. leave is the one the reader is at and does not answer now:
// it is put back and not given again. The zero Ref leaves none. Two who ask at
// once get different requests.
func (s *Service) Next(ctx context.Context, op actor.Operator, leave Ref) (r Ref, ok bool, err error) {
	err = gate.InTx(ctx, s.DB, op, perm.OpSupportAnswer, func(tx pg.Tx) error {
		if err := leaveOne(ctx, tx, op, leave); err != nil {
			return err
		}
		r, ok, err = nextFree(ctx, tx, op.StaffID, leave)
		if err != nil || !ok {
			return err
		}
		return hold(ctx, tx, Request{OrgID: r.OrgID, ID: r.ID}, op.StaffID, op.Name, claimTime)
	})
	return r, ok, err
}

// leaveOne puts a request back if it is the reader's; one that moved on is left
// as it is.
func leaveOne(ctx context.Context, tx pg.Tx, op actor.Operator, leave Ref) error {
	if leave == (Ref{}) {
		return nil
	}
	r, _, err := lock(ctx, tx, leave.OrgID, leave.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	case !r.Hold.By(op.StaffID):
		return nil
	}
	return letGo(ctx, tx, r)
}

// Colleague is one of the staff who answer.
type Colleague struct {
	ID    int64
	Name  string
	Holds int // requests they hold now
}

// Colleagues lists who a request of an organization can be passed to: all but the
// reader and who belongs to it.
func (s *Service) Colleagues(ctx context.Context, op actor.Operator, orgID int64) ([]Colleague, error) {
	if err := op.Need(perm.OpSupportRead); err != nil {
		return nil, err
	}
	return colleagues(ctx, s.DB, orgID, op.StaffID)
}

// Pass gives a request to a colleague for four hours (passTime), with a note that
// only staff read.
func (s *Service) Pass(ctx context.Context, op actor.Operator, orgID, id, to int64, note string) error {
	if err := op.Need(perm.OpSupportAnswer); err != nil {
		return err
	}
	var wrong fault.Form
	note, err := text.Lines(note, maxBody)
	wrong.Add("note", err)
	if err := wrong.Err(); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, op, perm.OpSupportAnswer, func(tx pg.Tx) error {
		r, err := lockFree(ctx, tx, op, orgID, id, Pass)
		if err != nil {
			return err
		}
		c, err := colleague(ctx, tx, orgID, op.StaffID, to)
		if err != nil {
			return err
		}
		if err := hold(ctx, tx, r, c.ID, c.Name, passTime); err != nil {
			return err
		}
		if note != "" {
			if err := insertNote(ctx, tx, op, r, note); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{
			Action: "support.pass", Target: target(id), Details: map[string]any{"number": r.Number(), "to": c.Name, "org": orgID},
		})
	})
}
