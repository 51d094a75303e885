// Package eds checks electronic digital signatures: who signed, with which
// certificate, and over exactly which bytes.
//
// A signature arrives from a browser and is hostile until a [Verifier] says
// otherwise. Two adapters exist: eds/eimzo asks the national E-IMZO-SERVER
// (the only one that can judge real O'zDSt certificates), eds/cms checks RSA
// and ECDSA certificates by itself. Configuration picks one; there is no
// fall-back from one to the other.
//
// Not here, on purpose: storing challenges, binding them to a session and
// consuming them. The caller consumes first and verifies second, so that a
// failed attempt burns the challenge.
package eds

import (
	"context"
	"errors"
	"time"
)

// The closed set of reasons for which a signature is not accepted. Compare
// with errors.Is; every error of a Verifier is one of them or the context's.
var (
	// ErrUnavailable: nothing is known about the signature, because a service
	// that has to be asked did not answer. Trying again later may help.
	ErrUnavailable = errors.New("eds: verification unavailable")
	// ErrMalformed: the message is not a signature of the accepted profile.
	ErrMalformed = errors.New("eds: malformed signature message")
	// ErrSignature: the signature does not match, or its algorithm is too weak.
	ErrSignature = errors.New("eds: signature not valid")
	// ErrCertificate: not issued under a trusted root, not meant for signing,
	// or its subject breaks the identity rules.
	ErrCertificate = errors.New("eds: certificate not valid")
	// ErrExpired: the certificate is not valid at this moment.
	ErrExpired = errors.New("eds: certificate expired or not yet valid")
	// ErrRevoked: the certificate, or one above it, is revoked or suspended.
	ErrRevoked = errors.New("eds: certificate revoked")
	// ErrClock: the signer's computer shows a time too far from ours.
	ErrClock = errors.New("eds: signing time out of range")
	// ErrChallenge: something else was signed than was asked for, or the
	// verifier no longer knows the challenge.
	ErrChallenge = errors.New("eds: challenge not accepted")
	// ErrTimestamp: the time stamp inside the signature is not valid.
	ErrTimestamp = errors.New("eds: time stamp not valid")
)

// DevelopmentMark stands in the subject of every root made for development, so
// that production can refuse to start with one in its trust store.
const DevelopmentMark = "throw-away development keys"

// Verifier checks signatures. Implementations are safe for concurrent use.
type Verifier interface {
	// NewChallenge returns the exact text to be signed and how long the
	// verifier accepts it.
	NewChallenge(ctx context.Context, c Client) (text string, ttl time.Duration, err error)
	// VerifyLogin checks an attached signature over text.
	VerifyLogin(ctx context.Context, c Client, pkcs7 []byte, text string) (Signer, error)
	// VerifyDocument checks a detached signature over doc (the server's own
	// bytes, never what the browser sent) and time-stamps it if it can.
	VerifyDocument(ctx context.Context, c Client, pkcs7, doc []byte) (Report, error)
}

// Rechecker is what a Verifier may also implement: it judges an attached signature
// that was accepted before, as of that moment.
type Rechecker interface {
	// Recheck is VerifyLogin without a challenge: text is what was signed, at is
	// when it was accepted. Revocation after that moment does not count.
	Recheck(ctx context.Context, c Client, pkcs7 []byte, text string, at time.Time) (Signer, error)
}

// HealthChecker is what a Verifier may also implement, for health pages.
type HealthChecker interface {
	// Health tells whether signatures can be verified now; ErrUnavailable if not.
	Health(ctx context.Context) (Status, error)
}

// Client says on whose behalf the verifier is called.
type Client struct {
	// Host is the portal's host name as registered with the vendor.
	Host string
	// IP is the end user's address, computed from trusted proxies only: the
	// vendor's service logs it.
	IP string
	// Purpose names the act being signed, such as "sign-in"; a constant of
	// the caller. Only NewChallenge reads it.
	Purpose string
}

// Signer is the holder of the certificate that made a valid signature.
type Signer struct {
	// Serial is the certificate's serial number in lower-case hexadecimal
	// without leading zeros; unique together with Issuer.
	Serial string
	// Issuer is the issuing authority's name, for people.
	Issuer string
	// CN is the holder's full name as written in the certificate.
	CN string
	// Org and Position are free text; shown to people, never decisive.
	Org, Position string
	// OrgTIN is the organization's tax number, nine digits; empty on a
	// personal certificate. Taken from 1.2.860.3.16.1.1 and nowhere else.
	OrgTIN string
	// PersonTIN is the holder's own tax number (UID), nine digits or empty.
	// It must never stand in for OrgTIN.
	PersonTIN string
	// PINFL is the holder's personal number, always fourteen digits.
	PINFL string
	// NotBefore and NotAfter bound the certificate's life. A session opened
	// with it must not outlive NotAfter.
	NotBefore, NotAfter time.Time
	// SignedAt is the signing time by the clock of the signer's computer.
	SignedAt time.Time
	// Raw is the certificate as received, in DER.
	Raw []byte
}

// IsLegalEntity reports whether the certificate was issued to a member of an
// organization. A personal certificate may identify a person but must not
// activate an organization or sign for it.
func (s Signer) IsLegalEntity() bool { return s.OrgTIN != "" }

// Key is what the audit log keeps of a key: enough to find its certificate, and no
// personal number.
type Key struct {
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Serial   string `json:"serial"`
	Issuer   string `json:"issuer"`
}

// Key is the signer's key as the audit log keeps it.
func (s Signer) Key() Key {
	return Key{Name: s.CN, Position: s.Position, Serial: s.Serial, Issuer: s.Issuer}
}

// Report is the evidence kept with a signed document.
type Report struct {
	Signer Signer
	// PKCS7 is the signature to store: with its time stamp if there is one,
	// otherwise as received.
	PKCS7 []byte
	// DocumentSHA256 binds the report to the document's bytes.
	DocumentSHA256 [32]byte
	// StampedAt is the time of the time stamp; zero means not stamped, and
	// the caller may try to stamp again later.
	StampedAt time.Time
	// Policies are the certificate's policy identifiers, dotted.
	Policies []string
	// Verifier names the adapter: "eimzo" or "cms".
	Verifier string
}

// Status describes a verifier for an operator.
type Status struct {
	// Verifier names the adapter: "eimzo" or "cms".
	Verifier string
	// Version is the remote server's version; empty when there is no server.
	Version string
	// KeyValidTo is when the first thing the verifier depends on expires: the
	// VPN key of E-IMZO-SERVER, or the first trusted root. Warn 30 days ahead.
	KeyValidTo time.Time
}
