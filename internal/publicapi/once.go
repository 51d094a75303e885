package publicapi

import (
	"context"
	"regexp"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
)

// Refusals of calls that come with an Idempotency-Key.
var (
	ErrKeyShape  = fault.New(fault.BadRequest, "publicapi.refusal.idempotency_key").On("header.Idempotency-Key")
	ErrKeyReused = fault.New(fault.Invalid, "publicapi.refusal.idempotency_key_reused").On("header.Idempotency-Key")
	ErrRunning   = fault.New(fault.Conflict, "publicapi.refusal.still_running").After(5 * time.Second)
)

// AnswerKept is how long an answer is kept for a call that is sent again.
const AnswerKept = 24 * time.Hour

// givenUp is when a call that has no answer yet counts as dead: longer than any
// call may run.
const givenUp = 2 * time.Minute

var keyShape = regexp.MustCompile(`^[\x21-\x7e]{1,64}$`)

// Answer is what a call was answered with.
type Answer struct {
	Status int
	Body   []byte
	Again  bool // it was given before; nothing was done this time
	Idle   bool // the call changed nothing: such an answer is not kept
}

// Once runs fn for the first call with a key and keeps what it answers; the same
// call sent again within AnswerKept gets the same answer. Without a key fn just
// runs. print tells calls apart: another one under the same key is ErrKeyReused,
// one that comes while the first still runs ErrRunning. A refusal is not kept, so
// a corrected call may use the key again; nor is what a call says that changed
// nothing, or a program could have us keep long answers by asking for nothing.
//
// A process that dies between the act and its note leaves a key without answer:
// the call then runs again, so fn must be safe twice by itself.
//
//gate:none fn asks for the right
func (s *Service) Once(ctx context.Context, c Call, key string, print [32]byte, fn func() (Answer, error)) (Answer, error) {
	if key == "" {
		return fn()
	}
	if !keyShape.MatchString(key) {
		return Answer{}, ErrKeyShape
	}
	at := answerKey{orgID: c.OrgID, memberID: c.Key.MemberID, key: key}
	before, first, err := s.begin(ctx, at, print)
	if err != nil || !first {
		return before, err
	}
	a, err := fn()
	// The end of the request must not leave the key without its answer.
	return a, s.finish(context.WithoutCancel(ctx), at, a, err)
}

// begin takes the key, or gives the answer that was kept under it.
func (s *Service) begin(ctx context.Context, at answerKey, print [32]byte) (a Answer, first bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx pg.Tx) error {
		if first, err = reserve(ctx, tx, at, print[:]); err != nil || first {
			return err
		}
		kept, err := keptAnswer(ctx, tx, at)
		switch {
		case err != nil:
			return err
		case kept.print != print:
			return ErrKeyReused
		case kept.Status == 0:
			return ErrRunning
		}
		a = kept.Answer
		a.Again = true
		return nil
	})
	return a, first, err
}

// finish keeps the answer, or frees the key after a refusal or an idle call.
func (s *Service) finish(ctx context.Context, at answerKey, a Answer, refused error) error {
	err := pg.InTx(ctx, s.db, func(tx pg.Tx) error {
		if refused != nil || a.Idle {
			return dropAnswer(ctx, tx, at)
		}
		return keepAnswer(ctx, tx, at, a)
	})
	if refused != nil {
		return refused // the key frees itself after givenUp
	}
	return err
}

// Clean forgets answers that are older than AnswerKept; run it every hour.
//
//gate:none a job of the portal itself
func (s *Service) Clean(ctx context.Context) error {
	return pg.InTx(ctx, s.db, func(tx pg.Tx) error { return dropOldAnswers(ctx, tx) })
}
