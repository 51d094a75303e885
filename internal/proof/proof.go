// Package proof asks for a signature and believes it only after the verifier
// does (platform/eds): the challenge before, the evidence afterwards.
//
// A challenge belongs to one browser session and one purpose. It is used up
// first and verified second, so a failed attempt burns it, and a signature made
// for one act or in one browser is worthless in another. Whatever goes wrong
// is a refusal; there is no way around the verifier, also while it is down.
package proof

import (
	"errors"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/eds"
)

// Purpose is the act a signature is made for. It stands in the text that is
// signed and in the challenge's row; both must fit.
type Purpose string

// The purposes.
const (
	SignIn      Purpose = "sign-in"
	StaffSignIn Purpose = "staff-sign-in"
	Activation  Purpose = "activation"
	Invitation  Purpose = "invitation"
	Confirm     Purpose = "confirm" // of a sensitive act, by somebody signed in
	Director    Purpose = "director"
	Enrollment  Purpose = "enrollment"
	Offer       Purpose = "offer"     // accepted by a company that registers
	Card        Purpose = "card"      // product cards are sent to the operator
	Agreement   Purpose = "agreement" // for provision of marking codes
	Invoice     Purpose = "invoice"   // incoming e-invoices are accepted or rejected
	AIC         Purpose = "aic"       // AICs are disbanded
)

// life is how long a person may take from the challenge to the signature. An
// activation statement is read before it is signed (eds.md 3.4).
func (p Purpose) life() time.Duration {
	switch p {
	case Activation, Invitation, Director, Offer, Card, Agreement, Invoice, AIC:
		return 10 * time.Minute
	default:
		return 2 * time.Minute
	}
}

// isWork reports whether p is an act of daily work, of which a person signs dozens
// in an hour.
func (p Purpose) isWork() bool {
	switch p {
	case Card, Invoice, AIC:
		return true
	default:
		return false
	}
}

// Challenge is what the browser has to have signed.
type Challenge struct {
	ID   string `json:"id"`
	Text string `json:"text"` // exactly this is signed, attached
}

// Signature is a verified signature with what it was made for.
type Signature struct {
	Purpose   Purpose
	Body      string // what the person was shown and the verifier's challenge
	Container []byte // the message as it came
	Signer    eds.Signer
}

// Refusals of this package. Each has words of its own, because each is mended
// in another way.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "proof.unavailable").After(30 * time.Second)
	ErrMalformed   = fault.New(fault.Invalid, "proof.malformed")
	ErrSignature   = fault.New(fault.Invalid, "proof.signature")
	ErrCertificate = fault.New(fault.Invalid, "proof.certificate")
	ErrExpired     = fault.New(fault.Invalid, "proof.expired")
	ErrRevoked     = fault.New(fault.Invalid, "proof.revoked")
	ErrClock       = fault.New(fault.Invalid, "proof.clock")
	ErrChallenge   = fault.New(fault.Gone, "proof.challenge")
	ErrReused      = fault.New(fault.Conflict, "proof.reused")
	ErrTooMany     = fault.New(fault.TooMany, "proof.too_many")
)

// refusal turns the verifier's closed set of reasons into faults. What is not
// in the set (the end of the request, a bug) goes up untouched and accepts
// nothing.
func refusal(err error) error {
	for reason, f := range map[error]*fault.Error{
		eds.ErrUnavailable: ErrUnavailable,
		eds.ErrMalformed:   ErrMalformed,
		eds.ErrSignature:   ErrSignature,
		eds.ErrCertificate: ErrCertificate,
		eds.ErrExpired:     ErrExpired,
		eds.ErrRevoked:     ErrRevoked,
		eds.ErrClock:       ErrClock,
		eds.ErrChallenge:   ErrChallenge,
		eds.ErrTimestamp:   ErrSignature,
	} {
		if errors.Is(err, reason) {
			return f.Because(err)
		}
	}
	return err
}

// Refusal is the fault of this package for what a verifier says, for signatures
// that others keep.
func Refusal(err error) error { return refusal(err) }

// compose puts the verifier's challenge under the words of the act.
func compose(words, challenge string) string {
	if words == "" {
		return challenge
	}
	return words + "\n" + challenge
}

// signedText is what of a body is signed: all of it, or its last line where
// the verifier only knows its own challenge.
func signedText(body string, statements bool) string {
	if statements {
		return body
	}
	return body[strings.LastIndexByte(body, '\n')+1:]
}
