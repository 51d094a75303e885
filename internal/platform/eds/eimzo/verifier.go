package eimzo

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"fmt"
	"time"

	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/envelope"
)

// window is how far the signing time of a login may be from ours, both ways.
const window = 10 * time.Minute

const (
	maxChallenge = 256 // characters; today it is a UUID
	maxTTL       = time.Hour
)

// NewChallenge returns the server's challenge, a bare UUID: purpose and
// session must be bound by the caller's own record.
func (v *Verifier) NewChallenge(ctx context.Context, c eds.Client) (string, time.Duration, error) {
	var answer challengeAnswer
	if err := v.call(ctx, c, getChallenge, &answer); err != nil {
		return "", 0, err
	}
	if err := answer.err(nil); err != nil {
		return "", 0, err
	}
	ttl := time.Duration(answer.TTL) * time.Second
	if answer.Challenge == "" || len(answer.Challenge) > maxChallenge || ttl <= 0 || ttl > maxTTL {
		return "", 0, fmt.Errorf("%w: odd challenge", eds.ErrUnavailable)
	}
	return answer.Challenge, ttl, nil
}

// VerifyLogin checks an attached signature over text.
//
// The server looks the challenge up, but does not say which one it found: a
// signature over somebody else's challenge would pass. So the content is
// compared here, before the server burns the challenge.
func (v *Verifier) VerifyLogin(ctx context.Context, c eds.Client, message []byte, text string) (eds.Signer, error) {
	m, err := envelope.Parse(message)
	if err != nil {
		return eds.Signer{}, err
	}
	if m.Detached {
		return eds.Signer{}, fmt.Errorf("%w: content missing", eds.ErrMalformed)
	}
	if subtle.ConstantTimeCompare(m.Content, []byte(text)) != 1 {
		return eds.Signer{}, fmt.Errorf("%w: other content signed", eds.ErrChallenge)
	}
	var answer loginAnswer
	if err := v.call(ctx, c, postAuth, &answer, message); err != nil {
		return eds.Signer{}, err
	}
	if err := answer.err(loginStatus); err != nil {
		return eds.Signer{}, err
	}
	now := v.now()
	if d := m.Signer.SignedAt.Sub(now).Abs(); d > window {
		return eds.Signer{}, fmt.Errorf("%w: off by %s", eds.ErrClock, d.Round(time.Second))
	}
	signer, err := v.signer(m, certificate(answer.Certificate))
	if err != nil {
		return eds.Signer{}, err
	}
	if now.Before(signer.NotBefore) || now.After(signer.NotAfter) {
		return eds.Signer{}, fmt.Errorf("%w: until %s", eds.ErrExpired, signer.NotAfter.Format(time.RFC3339))
	}
	return signer, nil
}

// Recheck has the server judge an attached signature without a challenge. The
// server knows by itself whether the certificate was good when it signed.
func (v *Verifier) Recheck(ctx context.Context, c eds.Client, message []byte, text string, _ time.Time) (eds.Signer, error) {
	m, err := envelope.Parse(message)
	if err != nil {
		return eds.Signer{}, err
	}
	if m.Detached || subtle.ConstantTimeCompare(m.Content, []byte(text)) != 1 {
		return eds.Signer{}, fmt.Errorf("%w: other content signed", eds.ErrSignature)
	}
	var answer documentAnswer
	if err := v.call(ctx, c, postAttached, &answer, message); err != nil {
		return eds.Signer{}, err
	}
	info, err := answer.only()
	if err != nil {
		return eds.Signer{}, err
	}
	return v.signer(m, info.Certificates[0])
}

// VerifyDocument checks a detached signature over doc. The time stamp is put
// on first, so that the verdict covers it; without one the signature is still
// verified, and the report says so.
func (v *Verifier) VerifyDocument(ctx context.Context, c eds.Client, message, doc []byte) (eds.Report, error) {
	m, err := envelope.Parse(message)
	if err != nil {
		return eds.Report{}, err
	}
	if !m.Detached {
		return eds.Report{}, fmt.Errorf("%w: content enclosed", eds.ErrMalformed)
	}
	if len(doc) > v.docMax {
		return eds.Report{}, fmt.Errorf("%w: document of %d bytes", eds.ErrMalformed, len(doc))
	}
	message = v.stamp(ctx, c, m, message)
	var answer documentAnswer
	if err := v.call(ctx, c, postVerify, &answer, doc, message); err != nil {
		return eds.Report{}, err
	}
	info, err := answer.only()
	if err != nil {
		return eds.Report{}, err
	}
	signer, err := v.signer(m, info.Certificates[0])
	if err != nil {
		return eds.Report{}, err
	}
	report := eds.Report{
		Signer: signer, PKCS7: message, DocumentSHA256: sha256.Sum256(doc), Policies: info.Policies, Verifier: name,
	}
	if info.Stamp != nil {
		report.StampedAt = v.moment(info.Stamp.Time)
	}
	return report, nil
}

// stamp asks for a time stamp and returns the message with it, or the message
// as it is when there is none to be had.
func (v *Verifier) stamp(ctx context.Context, c eds.Client, m envelope.Message, message []byte) []byte {
	var answer stampAnswer
	if err := v.call(ctx, c, postStamp, &answer, message); err != nil || answer.err(nil) != nil || len(answer.Stamped) == 0 {
		return message
	}
	stamped, err := eds.Decode(answer.Message64)
	if err != nil {
		return message
	}
	// It must be the same signature with a stamp beside, not another one.
	after, err := envelope.Parse(stamped)
	if err != nil || subtle.ConstantTimeCompare(after.Signer.SignatureValue, m.Signer.SignatureValue) != 1 {
		return message
	}
	return stamped
}

// only judges the answer and gives its one signer.
func (a documentAnswer) only() (signerInfo, error) {
	signers := a.Info.Signers
	if a.Failed != nil {
		signers = append(signers, *a.Failed)
	}
	if err := a.err(documentStatus); err != nil {
		for _, s := range signers {
			if a.Status != nil && s.revoked() {
				return signerInfo{}, fmt.Errorf("%w: status %d", eds.ErrRevoked, *a.Status)
			}
		}
		return signerInfo{}, err
	}
	if len(signers) != 1 || len(signers[0].Certificates) == 0 {
		return signerInfo{}, fmt.Errorf("%w: %d signers reported", eds.ErrSignature, len(signers))
	}
	s := signers[0]
	if err := s.err(); err != nil {
		return signerInfo{}, fmt.Errorf("%w: accepted, but not verified", err)
	}
	if t := s.Stamp; t != nil && (t.err() != nil || !t.DigestVerified) {
		return signerInfo{}, fmt.Errorf("%w: accepted, but not verified", eds.ErrTimestamp)
	}
	return s, nil
}

// signer puts together what the server says and what the certificate itself
// says. National certificates can be read here although their signatures
// cannot be checked; the two must name the same person and organization.
func (v *Verifier) signer(m envelope.Message, c certificate) (eds.Signer, error) {
	if serial(c.SerialNumber) != m.Signer.Serial.Text(16) {
		return eds.Signer{}, fmt.Errorf("%w: the server speaks of certificate %q", eds.ErrMalformed, c.SerialNumber)
	}
	s, err := eds.Subject(c.Subject)
	if err != nil {
		return eds.Signer{}, err
	}
	s.Serial = m.Signer.Serial.Text(16)
	s.SignedAt = m.Signer.SignedAt
	s.NotBefore, s.NotAfter = v.moment(c.ValidFrom), v.moment(c.ValidTo)
	s.Raw = m.SignerCertificate()
	if s.Raw == nil {
		return eds.Signer{}, fmt.Errorf("%w: signer's certificate missing", eds.ErrMalformed)
	}
	parsed, err := x509.ParseCertificate(s.Raw)
	if err != nil {
		return s, nil // the server could read it, and its word counts
	}
	own, err := eds.CertificateSigner(parsed)
	if err != nil {
		return eds.Signer{}, err
	}
	if own.OrgTIN != s.OrgTIN || own.PINFL != s.PINFL || own.PersonTIN != s.PersonTIN {
		return eds.Signer{}, fmt.Errorf("%w: the server names another holder", eds.ErrCertificate)
	}
	// The certificate's own times have a zone, the server's have not.
	s.Issuer, s.NotBefore, s.NotAfter = own.Issuer, own.NotBefore, own.NotAfter
	return s, nil
}

// Health asks the server for its version and the end of its VPN key.
func (v *Verifier) Health(ctx context.Context) (eds.Status, error) {
	status := eds.Status{Verifier: name}
	var answer informationAnswer
	if err := v.call(ctx, eds.Client{Host: v.host, IP: "127.0.0.1"}, getInformation, &answer); err != nil {
		return status, err
	}
	status.Version, status.KeyValidTo = answer.Version, v.moment(answer.Key.ValidTo)
	if status.KeyValidTo.IsZero() || v.now().After(status.KeyValidTo) {
		return status, fmt.Errorf("%w: VPN key expired", eds.ErrUnavailable)
	}
	return status, nil
}
