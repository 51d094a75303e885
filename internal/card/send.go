package card

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/proof"
)

// MaxAtOnce is how many cards one call may concern: one signature sends, blocks
// or fills in so many.
const MaxAtOnce = 500

// Sending is what would be sent now, and exactly what is signed for it.
type Sending struct {
	Cards     []Sendable // in the order of their GTINs
	Left      []LeftOut
	Statement string // in the reader's language; "" when nothing can be sent
}

// Sendable is a card that can be sent as it is.
type Sendable struct {
	Card
	Version Version
	SHA256  string // of the content, hexadecimal
	Owner   gs1prefix.Check
}

// LeftOut is a card with which nothing was done, and why.
type LeftOut struct {
	ID   int64
	GTIN gs1.GTIN // "" when the organization has no such card
	Name string   // in Uzbek
	// Why is a fault: ErrState, ErrNotFound, ErrUnready with complaints by field,
	// ErrOwner with "gtin" and "answer" (gs1prefix.Answer), ErrUncorrected,
	// ErrNoGroup, actor.ErrGroup.
	Why error
}

// Result is what became of several cards.
type Result struct {
	Done     []int64 // ids, in order
	Left     []LeftOut
	Deadline time.Time // by when the operator decides what was sent
}

// Err is nil when something was done; when nothing was and one card was asked
// for, why.
func (r Result) Err() error {
	switch {
	case len(r.Done) > 0 || len(r.Left) == 0:
		return nil
	}
	return r.Left[0].Why
}

// Signed is what the browser sends back after signing.
type Signed struct {
	Challenge string // id
	PKCS7     string // base64
}

// Check says what of the cards would be sent and what not, without changing
// anything. More than MaxAtOnce are ErrMany.
func (s *Service) Check(ctx context.Context, a actor.Actor, ids []int64) (Sending, error) {
	return Sending{}, ErrState
}

// Challenge is Check for who is about to sign: it opens a challenge over the
// statement that Check shows, good for ten minutes.
func (s *Service) Challenge(ctx context.Context, a actor.Actor, ids []int64) (proof.Challenge, Sending, error) {
	return proof.Challenge{}, Sending{}, ErrState
}

// Send sends cards to the operator with the publisher's own signature over the
// statement of exactly these cards as they are stored now; otherwise ErrChanged
// and nothing is sent.
func (s *Service) Send(ctx context.Context, a actor.Actor, ids []int64, in Signed) (Result, error) {
	return Result{}, ErrState
}
