package support

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Reply writes to the operator. What was answered, waited or was closed at most
// 14 days ago is open again, with a new deadline; a job that closes it at the
// same moment changes nothing of that.
func (s *Service) Reply(ctx context.Context, a actor.Actor, id int64, typed string, uploads []Upload) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	body, wrong := bodyErr(typed)
	files, err := s.prepare(ctx, person(a), uploads)
	if err = together(wrong, err); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := org.LockTx(ctx, tx, a.OrgID); err != nil {
			return err
		}
		r, err := lockFor(ctx, tx, a, id, Reply)
		if err != nil {
			return err
		}
		if err := room(ctx, tx, r); err != nil {
			return err
		}
		n, err := count(ctx, tx, a.OrgID, a.MemberID)
		switch {
		case err != nil:
			return err
		case n.often():
			return ErrOften
		}
		return reply(ctx, tx, a, r, body, files)
	})
}

func reply(ctx context.Context, tx pg.Tx, a actor.Actor, r Request, body string, files []ready) error {
	before := r.Status
	if before != Open && before != Work { // the operator's turn again
		due, err := deadline(ctx, tx)
		if err != nil {
			return err
		}
		r.Status, r.Due = Open, due
	}
	r.LastText = excerpt(body)
	id, err := turnToStaff(ctx, tx, r)
	if err != nil {
		return err
	}
	r.LastID = id
	if err := say(ctx, tx, r, byMember(a, body), files); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "support.reply", Target: target(r.ID), Details: map[string]any{"number": r.Number(), "was": before},
	})
}

// lockFor holds a request that a member sees and may do something with now.
func lockFor(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, act Act) (Request, error) {
	r, reopens, err := lock(ctx, tx, a.OrgID, id)
	switch {
	case err != nil:
		return Request{}, err
	case !sees(a, r):
		return Request{}, ErrNotFound
	case !r.Status.Fits(act), act == Reply && r.Status == Closed && !reopens:
		return Request{}, ErrOver
	}
	return r, nil
}

// room is ErrLong when the thread can hold no more.
func room(ctx context.Context, tx pg.Tx, r Request) error {
	n, err := written(ctx, tx, r.OrgID, r.ID)
	if err == nil && n >= maxMessages {
		return ErrLong
	}
	return err
}

// Withdraw ends a request that needs no answer any more, else ErrOver.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, err := lockFor(ctx, tx, a, id, Withdraw)
		if err != nil {
			return err
		}
		if err := end(ctx, tx, r, Withdrawn); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "support.withdraw", Target: target(id), Details: map[string]any{"number": r.Number()},
		})
	})
}

// Score says how the person who asked was served; once.
func (s *Service) Score(ctx context.Context, a actor.Actor, id int64, d ScoreDraft) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	score, said, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, err := lockFor(ctx, tx, a, id, Score)
		switch {
		case err != nil:
			return err
		case r.MemberID != a.MemberID:
			return actor.ErrForbidden
		case r.Score != 0:
			return ErrScored
		}
		if err := keepScore(ctx, tx, r, score, said); err != nil {
			return err
		}
		if err := takeOut(ctx, tx, r); err != nil {
			return err
		}
		if err := seen(ctx, tx, r, a.MemberID, r.LastID); err != nil { // who judges an answer has read it
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "support.score", Target: target(id), Details: map[string]any{"number": r.Number(), "score": score},
		})
	})
}

// MarkRead marks the messages up to one as read by the reader: those that came
// since the page was drawn were not seen.
func (s *Service) MarkRead(ctx context.Context, a actor.Actor, id, upTo int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, _, err := lock(ctx, tx, a.OrgID, id)
		switch {
		case err != nil:
			return err
		case !sees(a, r):
			return ErrNotFound
		}
		if upTo < r.LastID { // a notice may tell of what came since
			return readTo(ctx, tx, a.OrgID, id, a.MemberID, upTo)
		}
		return seen(ctx, tx, r, a.MemberID, r.LastID)
	})
}
