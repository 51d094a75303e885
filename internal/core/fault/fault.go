// Package fault is the one error vocabulary of the house.
//
// A fault says what kind of refusal it is and names the message that explains
// it; it never holds a sentence. The kind is turned into an HTTP status in one
// place (platform/httpx), the key into words where the page is drawn, so that
// the same refusal reads right in every language and through every door.
package fault

import (
	"errors"
	"time"
)

// Kind is the family a refusal belongs to; every kind has one HTTP status.
type Kind int

// The kinds. Internal is the zero value on purpose: an error nobody named is
// our own fault and tells the reader nothing.
const (
	Internal        Kind = iota // 500
	Invalid                     // 422: the person can correct what was sent
	BadRequest                  // 400: no form of ours sends this
	Unauthenticated             // 401
	Forbidden                   // 403
	NotFound                    // 404
	Conflict                    // 409: true a moment ago, no longer
	Gone                        // 410: used up or lapsed
	TooLarge                    // 413
	TooMany                     // 429
	Unavailable                 // 503: a peer of ours does not answer
)

// Error is a refusal: kind, message key, the values that fill the message, and
// for the log what caused it.
type Error struct {
	Kind       Kind
	Key        string        // message key, "feature.thing.reason"
	Args       []any         // name, value pairs for the message
	Field      string        // form field it belongs to, if any
	Complaints Complaints    // what is wrong with a form, in form order
	RetryAfter time.Duration // for TooMany and Unavailable; 0 when unknown
	cause      error
}

// New makes a fault; it is compared by kind and key, so it may be a package
// variable and still be sent on with arguments, field or cause.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Error is the text for logs: key and cause, never shown to people.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Key + ": " + e.cause.Error()
	}
	return e.Key
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the same refusal, whatever its arguments.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Kind == e.Kind && t.Key == e.Key
}

// On returns a copy that belongs to a form field.
func (e *Error) On(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// With returns a copy with the values the message needs.
func (e *Error) With(args ...any) *Error {
	c := *e
	c.Args = args
	return &c
}

// Because returns a copy that remembers its cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.cause = err
	return &c
}

// After returns a copy that says when trying again makes sense.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// KindOf gives the kind of err: that of the first fault in its chain, Internal
// for anything else.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Kind
	}
	return Internal
}

// As finds the first fault in err's chain.
func As(err error) (*Error, bool) {
	var f *Error
	ok := errors.As(err, &f)
	return f, ok
}
