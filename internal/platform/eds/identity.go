package eds

import (
	"crypto/x509"
	"fmt"
	"strings"
)

// Subject attributes read from a certificate. The first two are national.
const (
	OIDOrgTIN     = "1.2.860.3.16.1.1"          // tax number of the organization
	OIDPINFL      = "1.2.860.3.16.1.2"          // personal number of the holder
	OIDPersonTIN  = "0.9.2342.19200300.100.1.1" // UID: tax number of the holder
	OIDCommonName = "2.5.4.3"
	OIDOrg        = "2.5.4.10"
	OIDPosition   = "2.5.4.12"
)

const (
	tinDigits   = 9
	pinflDigits = 14
)

// Attribute is one subject attribute: a dotted identifier and its text.
type Attribute struct{ OID, Value string }

// Subject reads the holder from subject attributes, in any order.
//
// The personal number must be there exactly once and every other attribute we
// read at most once: with two values somebody would have to choose, and the
// forger chooses better. Numbers are digits only, of fixed length. Anything
// else is ErrCertificate.
func Subject(attributes []Attribute) (Signer, error) {
	var s Signer
	fields := map[string]*string{
		OIDOrgTIN: &s.OrgTIN, OIDPINFL: &s.PINFL, OIDPersonTIN: &s.PersonTIN,
		OIDCommonName: &s.CN, OIDOrg: &s.Org, OIDPosition: &s.Position,
	}
	seen := map[string]bool{}
	for _, a := range attributes {
		field, wanted := fields[a.OID]
		if !wanted {
			continue
		}
		if seen[a.OID] {
			return Signer{}, fmt.Errorf("%w: subject attribute %s twice", ErrCertificate, a.OID)
		}
		seen[a.OID] = true
		*field = a.Value
	}
	switch {
	case !digits(s.PINFL, pinflDigits):
		return Signer{}, fmt.Errorf("%w: no proper personal number", ErrCertificate)
	case seen[OIDOrgTIN] && !digits(s.OrgTIN, tinDigits):
		return Signer{}, fmt.Errorf("%w: malformed organization tax number", ErrCertificate)
	case seen[OIDPersonTIN] && !digits(s.PersonTIN, tinDigits):
		return Signer{}, fmt.Errorf("%w: malformed personal tax number", ErrCertificate)
	case strings.TrimSpace(s.CN) == "":
		return Signer{}, fmt.Errorf("%w: no holder name", ErrCertificate)
	}
	return s, nil
}

// CertificateSigner reads the holder, serial number, issuer and life time from
// a parsed certificate. SignedAt stays zero.
func CertificateSigner(c *x509.Certificate) (Signer, error) {
	attributes := make([]Attribute, 0, len(c.Subject.Names))
	for _, n := range c.Subject.Names {
		// A value that is not text stays empty and fails the digit checks.
		text, _ := n.Value.(string)
		attributes = append(attributes, Attribute{OID: n.Type.String(), Value: text})
	}
	s, err := Subject(attributes)
	if err != nil {
		return Signer{}, err
	}
	s.Serial = c.SerialNumber.Text(16)
	s.Issuer = c.Issuer.CommonName
	s.NotBefore, s.NotAfter = c.NotBefore, c.NotAfter
	s.Raw = c.Raw
	return s, nil
}

// digits reports whether s is exactly n ASCII digits. Unicode has other
// digits, which look the same and compare different.
func digits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
