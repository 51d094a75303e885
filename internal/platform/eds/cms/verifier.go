// Package cms verifies RSA and ECDSA signatures by itself, against configured
// roots. It serves development, tests and foreign authorities; national
// O'zDSt certificates need eds/eimzo.
//
// Public libraries accept messages that must be refused (weak digests,
// dropped attributes, back-dated and revoked certificates, extra signers).
// Here everything is refused that is not expressly allowed.
package cms

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/smallstep/pkcs7"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/envelope"
)

const (
	name = "cms"

	defaultTTL = 120 * time.Second
	// The signing time comes from the signer's computer. It may be late by as
	// long as a person takes to type a password, and early by a sloppy clock.
	maxLate  = 10 * time.Minute
	maxEarly = 5 * time.Minute
)

// Config is what a Verifier needs. TrustPEM and Now are required.
type Config struct {
	// TrustPEM holds the certificates of trusted authorities. Self-issued
	// ones are roots, others complete chains. Unknown blocks are refused.
	TrustPEM []byte
	// SkipRevocation switches revocation checks off; for development only.
	SkipRevocation bool
	// Now is the clock for certificate life and signing time.
	Now clock.Clock
	// HTTP fetches revocation data; the default waits 5 s and follows no
	// redirect.
	HTTP *http.Client
	// ChallengeTTL is the life of a challenge, 120 s by default.
	ChallengeTTL time.Duration
}

// Verifier is the built-in eds.Verifier.
type Verifier struct {
	anchors    anchors
	revocation *revocation // nil: not checked
	now        clock.Clock
	ttl        time.Duration
}

var _ interface {
	eds.Verifier
	eds.Rechecker
	eds.HealthChecker
} = (*Verifier)(nil)

// New makes a verifier. The error is about the configuration.
func New(c Config) (*Verifier, error) {
	if c.Now == nil {
		return nil, errors.New("cms: no clock")
	}
	a, err := parseAnchors(c.TrustPEM)
	if err != nil {
		return nil, fmt.Errorf("cms: trust store: %w", err)
	}
	v := &Verifier{anchors: a, now: c.Now, ttl: c.ChallengeTTL}
	if v.ttl <= 0 {
		v.ttl = defaultTTL
	}
	if !c.SkipRevocation {
		v.revocation = newRevocation(c.HTTP, c.Now)
	}
	return v, nil
}

// Development reports that the trust store holds a throw-away root, or that
// revocation is not checked. Production must refuse to start then.
func (v *Verifier) Development() bool { return v.anchors.development || v.revocation == nil }

// NewChallenge returns a text that names host and purpose, so that a signature
// made for one act is useless for another, and 128 random bits.
func (v *Verifier) NewChallenge(_ context.Context, c eds.Client) (string, time.Duration, error) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // crypto/rand does not fail
	text := fmt.Sprintf("host=%s; purpose=%s; nonce=%s", c.Host, c.Purpose, hex.EncodeToString(nonce[:]))
	return text, v.ttl, nil
}

// VerifyLogin checks an attached signature over text.
func (v *Verifier) VerifyLogin(ctx context.Context, _ eds.Client, message []byte, text string) (eds.Signer, error) {
	return v.verify(ctx, message, func(m envelope.Message) ([]byte, error) {
		switch {
		case m.Detached:
			return nil, fmt.Errorf("%w: content missing", eds.ErrMalformed)
		case subtle.ConstantTimeCompare(m.Content, []byte(text)) != 1:
			return nil, fmt.Errorf("%w: other content signed", eds.ErrChallenge)
		}
		return []byte(text), nil
	})
}

// Recheck judges a signature that was accepted before, with the clock of then.
// Revocation is not asked: it was when the signature was accepted, and what came
// later takes nothing from it.
func (v *Verifier) Recheck(ctx context.Context, c eds.Client, message []byte, text string, at time.Time) (eds.Signer, error) {
	then := *v
	then.now, then.revocation = func() time.Time { return at }, nil
	return then.VerifyLogin(ctx, c, message, text)
}

// VerifyDocument checks a detached signature over doc. It never time-stamps.
func (v *Verifier) VerifyDocument(ctx context.Context, _ eds.Client, message, doc []byte) (eds.Report, error) {
	signer, err := v.verify(ctx, message, func(m envelope.Message) ([]byte, error) {
		if !m.Detached {
			return nil, fmt.Errorf("%w: content enclosed", eds.ErrMalformed)
		}
		return doc, nil
	})
	if err != nil {
		return eds.Report{}, err
	}
	certificate, err := x509.ParseCertificate(signer.Raw)
	if err != nil {
		return eds.Report{}, fmt.Errorf("%w: %w", eds.ErrCertificate, err)
	}
	report := eds.Report{Signer: signer, PKCS7: message, DocumentSHA256: sha256.Sum256(doc), Verifier: name}
	for _, policy := range certificate.Policies {
		report.Policies = append(report.Policies, policy.String())
	}
	return report, nil
}

// Health reports when the first trusted root expires.
func (v *Verifier) Health(context.Context) (eds.Status, error) {
	status := eds.Status{Verifier: name, KeyValidTo: v.anchors.validTo}
	if !v.now().Before(status.KeyValidTo) {
		return status, fmt.Errorf("%w: trusted root expired", eds.ErrUnavailable)
	}
	return status, nil
}

// verify runs the strict profile: shape, expected content, algorithms, life
// and clock, signature, chain, identity, revocation; cheap before expensive,
// and no network before the chain is trusted.
func (v *Verifier) verify(ctx context.Context, message []byte,
	expected func(envelope.Message) ([]byte, error),
) (signer eds.Signer, err error) {
	// The last barrier against a parser bug: a crafted message must cost one
	// request, not the process.
	defer func() {
		if p := recover(); p != nil {
			signer, err = eds.Signer{}, fmt.Errorf("%w: panic: %v", eds.ErrMalformed, p)
		}
	}()
	m, err := envelope.Parse(message)
	if err != nil {
		return eds.Signer{}, err
	}
	content, err := expected(m)
	if err != nil {
		return eds.Signer{}, err
	}
	certificates, leaf, err := pickCertificate(m)
	if err != nil {
		return eds.Signer{}, err
	}
	if err := checkAlgorithms(m.Signer, leaf); err != nil {
		return eds.Signer{}, err
	}
	now := v.now()
	if err := checkTimes(leaf, m.Signer.SignedAt, now); err != nil {
		return eds.Signer{}, err
	}
	if err := checkSignature(m, leaf, content, now); err != nil {
		return eds.Signer{}, err
	}
	chain, err := v.anchors.chain(leaf, certificates, now)
	if err != nil {
		return eds.Signer{}, err
	}
	signer, err = eds.CertificateSigner(leaf)
	if err != nil {
		return eds.Signer{}, err
	}
	signer.SignedAt = m.Signer.SignedAt
	if v.revocation == nil {
		return signer, nil
	}
	if err := v.revocation.check(ctx, chain); err != nil {
		return eds.Signer{}, err
	}
	return signer, nil
}

// checkTimes compares certificate life and signing time with our clock, never
// with each other: a back-dated signing time must not revive a certificate.
func checkTimes(leaf *x509.Certificate, signedAt, now time.Time) error {
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return fmt.Errorf("%w: valid %s to %s", eds.ErrExpired,
			leaf.NotBefore.Format(time.RFC3339), leaf.NotAfter.Format(time.RFC3339))
	}
	if signedAt.Before(now.Add(-maxLate)) || signedAt.After(now.Add(maxEarly)) {
		return fmt.Errorf("%w: off by %s", eds.ErrClock, signedAt.Sub(now).Round(time.Second))
	}
	return nil
}

// checkSignature lets the library verify digest and signature. The library
// parses the message again, from the same DER; the two readings must agree on
// signer and content, or one of them was fooled.
func checkSignature(m envelope.Message, leaf *x509.Certificate, content []byte, now time.Time) error {
	p7, err := pkcs7.Parse(m.DER)
	if err != nil {
		return fmt.Errorf("%w: %w", eds.ErrMalformed, err)
	}
	if signer := p7.GetOnlySigner(); signer == nil || !signer.Equal(leaf) {
		return fmt.Errorf("%w: signer is ambiguous", eds.ErrMalformed)
	}
	if subtle.ConstantTimeCompare(p7.Content, m.Content) != 1 {
		return fmt.Errorf("%w: content is ambiguous", eds.ErrMalformed)
	}
	p7.Content = content
	// The chain is ours to check: the library does not tell its errors apart,
	// nor give back the issuer that revocation needs.
	if err := p7.VerifyWithChainAtTime(nil, now); err != nil {
		return fmt.Errorf("%w: %w", eds.ErrSignature, err)
	}
	return nil
}
