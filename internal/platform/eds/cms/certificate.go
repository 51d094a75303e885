package cms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/envelope"
)

const (
	minRSABits = 2048
	minECBits  = 256
)

// anchors is the trust store.
type anchors struct {
	roots         *x509.CertPool
	intermediates []*x509.Certificate
	development   bool
	validTo       time.Time
}

func parseAnchors(text []byte) (anchors, error) {
	a := anchors{roots: x509.NewCertPool()}
	for rest := bytes.TrimSpace(text); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return anchors{}, errors.New("something other than a certificate")
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return anchors{}, err
		}
		if !c.BasicConstraintsValid || !c.IsCA {
			return anchors{}, fmt.Errorf("%q is not an authority", c.Subject.CommonName)
		}
		a.add(c)
	}
	if a.validTo.IsZero() {
		return anchors{}, errors.New("no root")
	}
	return a, nil
}

func (a *anchors) add(c *x509.Certificate) {
	if !bytes.Equal(c.RawSubject, c.RawIssuer) {
		a.intermediates = append(a.intermediates, c)
		return
	}
	a.roots.AddCert(c)
	if a.validTo.IsZero() || c.NotAfter.Before(a.validTo) {
		a.validTo = c.NotAfter
	}
	if slices.Contains(c.Subject.OrganizationalUnit, eds.DevelopmentMark) {
		a.development = true
	}
}

// chain builds leaf, issuers, root at the given moment. Key usage is checked
// first: a certificate that may not sign is not made better by its issuer.
func (a *anchors) chain(leaf *x509.Certificate, enclosed []*x509.Certificate, now time.Time) ([]*x509.Certificate, error) {
	const signing = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch {
	case leaf.KeyUsage&signing == 0:
		return nil, fmt.Errorf("%w: not for signatures", eds.ErrCertificate)
	case leaf.IsCA || leaf.KeyUsage&x509.KeyUsageCertSign != 0:
		return nil, fmt.Errorf("%w: belongs to an authority", eds.ErrCertificate)
	}
	intermediates := x509.NewCertPool()
	for _, c := range slices.Concat(a.intermediates, enclosed) {
		intermediates.AddCert(c)
	}
	chains, err := leaf.Verify(x509.VerifyOptions{
		Roots:         a.roots,
		Intermediates: intermediates,
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eds.ErrCertificate, err)
	}
	for _, c := range chains[0] {
		if !strongKey(c) {
			return nil, fmt.Errorf("%w: weak key of %q", eds.ErrCertificate, c.Subject.CommonName)
		}
	}
	return chains[0], nil
}

// pickCertificate parses the enclosed certificates and finds the signer's by
// issuer and serial number. Position means nothing.
func pickCertificate(m envelope.Message) (all []*x509.Certificate, leaf *x509.Certificate, err error) {
	for _, der := range m.Certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", eds.ErrMalformed, err)
		}
		all = append(all, c)
		if c.SerialNumber.Cmp(m.Signer.Serial) != 0 || !bytes.Equal(c.RawIssuer, m.Signer.Issuer) {
			continue
		}
		if leaf != nil && !leaf.Equal(c) {
			return nil, nil, fmt.Errorf("%w: two certificates with one number", eds.ErrMalformed)
		}
		leaf = c
	}
	if leaf == nil {
		return nil, nil, fmt.Errorf("%w: signer's certificate missing", eds.ErrMalformed)
	}
	return all, leaf, nil
}

// scheme is one allowed pair of digest and signature algorithm.
type scheme struct {
	digest     asn1.ObjectIdentifier
	rsa, ecdsa asn1.ObjectIdentifier
}

var (
	oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

	schemes = []scheme{
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}},
	}
)

// checkAlgorithms allows SHA-256, SHA-384 and SHA-512, each with RSA PKCS#1
// v1.5 or ECDSA over the same digest, and a key that fits and is long enough.
func checkAlgorithms(s envelope.Signer, leaf *x509.Certificate) error {
	i := slices.IndexFunc(schemes, func(k scheme) bool { return k.digest.Equal(s.Digest.OID) })
	if i < 0 {
		return fmt.Errorf("%w: digest algorithm %v", eds.ErrSignature, s.Digest.OID)
	}
	fits := false
	switch leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		fits = s.Signature.OID.Equal(oidRSA) || s.Signature.OID.Equal(schemes[i].rsa)
	case *ecdsa.PublicKey:
		fits = s.Signature.OID.Equal(schemes[i].ecdsa)
	}
	if !fits || !s.Digest.Plain() || !s.Signature.Plain() {
		return fmt.Errorf("%w: signature algorithm %v", eds.ErrSignature, s.Signature.OID)
	}
	if !strongKey(leaf) {
		return fmt.Errorf("%w: weak key", eds.ErrCertificate)
	}
	return nil
}

func strongKey(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize >= minECBits
	}
	return false
}
