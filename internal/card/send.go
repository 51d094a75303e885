package card

import (
	"context"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
	"kabinet/internal/workday"
)

// MaxAtOnce is how many cards one call may concern: sends, blocks or fills in. A
// signature message holds the statement, and so many names of the greatest length
// fit into one (eds.MaxMessage).
const MaxAtOnce = 300

// decisionDays is how many working days the operator has (domain.md 2.8).
const decisionDays = 5

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
	// Warnings are what is odd and allowed. What the registry knows is asked only
	// of a card that is checked by itself.
	Warnings []Warning
}

// LeftOut is a card with which nothing was done, and why.
type LeftOut struct {
	ID   int64
	GTIN gs1.GTIN // "" when the organization has no such card
	Name string   // in Uzbek
	// Why is a fault: ErrState, ErrNotFound, ErrTwice, actor.ErrForbidden; of
	// sending ErrUnready with complaints by field, ErrOwner with "gtin" and
	// "answer" (a gs1prefix.Answer), ErrUncorrected and ErrNoGroup.
	Why error
}

// Result is what became of several cards.
type Result struct {
	Done     []int64 // ids, in order
	Left     []LeftOut
	Deadline time.Time // by when the operator decides what was sent
}

// Err is nil when something was done; when nothing was, why not with the first.
func (r Result) Err() error {
	if len(r.Done) > 0 || len(r.Left) == 0 {
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
	if err := a.Need(perm.CardRead); err != nil {
		return Sending{}, err
	}
	sending, err := s.check(ctx, a, ids)
	if err != nil || len(sending.Cards) != 1 {
		return sending, err
	}
	only := &sending.Cards[0]
	h := Hint{GTIN: only.GTIN, Owner: only.Owner}
	err = s.ask(ctx, a, &h)
	only.Warnings = append(only.Warnings, h.Against(only.Version.Content)...)
	return sending, err
}

func (s *Service) check(ctx context.Context, a actor.Actor, ids []int64) (Sending, error) {
	ids, err := each(ids)
	if err != nil {
		return Sending{}, err
	}
	cards, err := readCards(ctx, s.DB, a.OrgID, ids)
	if err != nil {
		return Sending{}, err
	}
	w, err := s.weigh(ctx, s.DB, a, cards, ids, a.Scope)
	if err != nil {
		return Sending{}, err
	}
	return w.sending(i18n.From(ctx)), nil
}

// Challenge is Check for who is about to sign: it opens a challenge over the
// statement that Check shows, good for ten minutes. When none of the cards can be
// sent it is ErrNothing, or of a single one what is against it.
func (s *Service) Challenge(ctx context.Context, a actor.Actor, ids []int64) (proof.Challenge, Sending, error) {
	if err := a.Need(perm.CardPublish); err != nil {
		return proof.Challenge{}, Sending{}, err
	}
	sending, err := s.check(ctx, a, ids)
	if err == nil {
		err = sending.none()
	}
	if err != nil {
		return proof.Challenge{}, sending, err
	}
	c, err := s.Proof.NewChallenge(ctx, a.SessionKey, proof.Card, sending.Statement, s.client(a))
	return c, sending, err
}

// none is why nothing can be sent; nil when something can.
func (s Sending) none() error {
	switch {
	case len(s.Cards) > 0:
		return nil
	case len(s.Left) == 1:
		return s.Left[0].Why
	}
	return ErrNothing
}

func (s *Service) client(a actor.Actor) eds.Client {
	return eds.Client{Host: s.Host, IP: a.Origin.IP}
}

// Send sends cards to the operator with the publisher's own signature over the
// statement of exactly these cards as they are stored now; otherwise ErrChanged
// and nothing is sent.
func (s *Service) Send(ctx context.Context, a actor.Actor, ids []int64, in Signed) (Result, error) {
	if err := a.Need(perm.CardPublish); err != nil {
		return Result{}, err
	}
	ids, err := each(ids)
	if err != nil {
		return Result{}, err
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Card, in.Challenge, in.PKCS7, s.client(a))
	if err != nil {
		return Result{}, err
	}
	if err := s.ownKey(ctx, a, sig.Signer); err != nil {
		return Result{}, err
	}
	var r Result
	err = gate.InTx(ctx, s.DB, a, perm.CardPublish, func(tx pg.Tx) error {
		r, err = s.sendTx(ctx, tx, a, ids, sig)
		return err
	})
	return r, err
}

// ownKey refuses the key of anybody else, and that of another organization.
func (s *Service) ownKey(ctx context.Context, a actor.Actor, signer eds.Signer) error {
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	if err != nil {
		return err
	}
	return s.Accounts.OwnKey(ctx, s.DB, a.AccountID, o.TIN, signer)
}

// sendTx weighs the cards anew, locked, and sends what was signed for.
func (s *Service) sendTx(ctx context.Context, tx pg.Tx, a actor.Actor, ids []int64, sig proof.Signature) (Result, error) {
	cards, err := lockCards(ctx, tx, a.OrgID, ids)
	if err != nil {
		return Result{}, err
	}
	scope, err := gate.ScopeTx(ctx, tx, a)
	if err != nil {
		return Result{}, err
	}
	w, err := s.weigh(ctx, tx, a, cards, ids, scope)
	if err != nil {
		return Result{}, err
	}
	if err := (Sending{Cards: w.cards, Left: w.left}).none(); err != nil {
		return Result{}, err
	}
	if !w.signedBy(sig.Body) {
		return Result{}, ErrChanged
	}
	deadline, err := s.deadline(ctx, tx)
	if err != nil {
		return Result{}, err
	}
	if err := markSent(ctx, tx, a.OrgID, authorOf(a), w.ids(), deadline); err != nil {
		return Result{}, err
	}
	if err := s.Proof.KeepTx(ctx, tx, a.OrgID, sig); err != nil {
		return Result{}, err
	}
	r := Result{Done: w.ids(), Left: w.left, Deadline: deadline}
	return r, w.record(ctx, tx, a, sig, deadline)
}

// deadline is the end of the fifth working day after today.
func (s *Service) deadline(ctx context.Context, tx pg.Tx) (time.Time, error) {
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return time.Time{}, err
	}
	return workday.Add(ctx, tx, now, decisionDays)
}
