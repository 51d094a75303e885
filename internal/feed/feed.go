// Package feed takes in what other state systems deliver: e-invoices, customs
// declarations, AICs, fiscal receipts and reports of operations.
//
// A source pushes messages over HTTP or drops files of them. Each message is
// stored as it came before anything is made of it, and only then handed to the
// Sink of its kind, in a savepoint of its own: a message that nobody can read is
// set aside, and the others go on. Sources send again what they are not sure of,
// and in any order; nothing is ever lost or done twice because of that.
package feed

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kabinet/internal/platform/pg"
)

// Message is one thing that a source says.
type Message struct {
	// Feed is the code of the source, such as "customs".
	Feed string

	// SourceID is how the source calls the thing. It is unique in the feed, and
	// stays the same when the source corrects what it said.
	SourceID string

	// Kind is what the thing is: one of Kinds, always that of the feed.
	Kind string

	// Version is the source's own order of what it says about SourceID: the higher
	// one is the newer. 0 is a source that never corrects.
	Version int64

	// OccurredAt is when it happened, by the source; UTC.
	OccurredAt time.Time

	// TIN is the tax number of the organization it is about, nine digits; empty
	// where the body alone says who is concerned.
	TIN string

	// Body is a JSON object in UTF-8 without U+0000, at most 64 levels deep.
	Body json.RawMessage
}

// Sink makes of a message what its feature keeps, in the caller's transaction.
// Two processes may hand over messages with the same feed and source id at the
// same time, so the sink lets a unique key of its own decide. It answers with
//
//   - nil: the message is kept, and what it says counts from now on;
//   - ErrDuplicate: this version with this body was kept before;
//   - ErrOlder: it is kept as an older version, and nothing visible changes;
//   - ErrConflict: the same version said something else before; it is set aside;
//   - ErrNobodys: the organization is not there; it is set aside and handed over
//     again when one with its TIN is;
//   - Poison(why): it will never be understood as it is; it is set aside;
//   - any other error: it is handed over again later, and set aside as poison when
//     that keeps failing.
//
// What the sink wrote stays after nil, ErrDuplicate and ErrOlder; after all other
// answers it is undone. Errors may be wrapped.
type Sink func(ctx context.Context, tx pg.Tx, m Message) error

// Kinds of things, each with one sink. They are code; feeds are data.
const (
	Invoice     = "invoice"     // e-invoice of an e-document operator
	Declaration = "declaration" // customs declaration (GTD)
	AIC         = "aic"         // code of aggregated customs goods (AIK)
	Receipt     = "receipt"     // of a fiscal operator
	Operation   = "operation"   // application, aggregation, withdrawal and the other reports
)

// Kinds lists them in the order of pages.
func Kinds() []string { return []string{Invoice, Declaration, AIC, Receipt, Operation} }

// What a sink answers when a message was not simply taken.
var (
	ErrDuplicate = errors.New("kept before")
	ErrOlder     = errors.New("older than what is kept")
	ErrConflict  = errors.New("the same version said something else before")
	ErrNobodys   = errors.New("no organization with this tax number")
)

// Poison says that a message will never be understood as it is. The text of why
// is shown to the operator's staff and to the source, so it names fields and
// rules, and repeats nothing of the message.
func Poison(why error) error { return poison{why} }

type poison struct{ why error }

// Error is the reason alone.
func (p poison) Error() string { return p.why.Error() }

// Unwrap gives the reason.
func (p poison) Unwrap() error { return p.why }

// Outcome is what became of a message.
type Outcome string

// The outcomes. The last three are set aside until somebody decides about them.
const (
	Waiting   Outcome = "stored" // not handed over yet
	Taken     Outcome = "taken"
	Duplicate Outcome = "duplicate"
	Older     Outcome = "older"
	Conflict  Outcome = "conflict"
	Nobodys   Outcome = "nobodys"
	Poisoned  Outcome = "poison"
)

// Outcomes lists those of messages that were handed over.
func Outcomes() []Outcome {
	return []Outcome{Taken, Duplicate, Older, Conflict, Nobodys, Poisoned}
}

// SetAside reports whether a message with this outcome waits for a decision.
func (o Outcome) SetAside() bool { return o == Conflict || o == Nobodys || o == Poisoned }

// OutcomeOf reads the answer of a sink. known is false for an error that says
// nothing about the message: it is to be handed over again.
func OutcomeOf(err error) (o Outcome, known bool) {
	var p poison
	switch {
	case err == nil:
		return Taken, true
	case errors.Is(err, ErrDuplicate):
		return Duplicate, true
	case errors.Is(err, ErrOlder):
		return Older, true
	case errors.Is(err, ErrConflict):
		return Conflict, true
	case errors.Is(err, ErrNobodys):
		return Nobodys, true
	case errors.As(err, &p):
		return Poisoned, true
	}
	return Waiting, false
}
