// Package edstest makes throw-away certificates and signatures, good ones and
// every kind of bad one. Tests and the development simulator use it; shipped
// code must not.
package edstest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
)

// Person is what the subject of a certificate says about its holder. Empty
// fields are left out, so OrgTIN == "" makes a personal certificate.
type Person struct {
	CN, Surname, Name        string
	PINFL, PersonTIN, OrgTIN string
	Org, Unit, Position      string
	LegalForm                string
	Region, District         string
}

// Key is a certificate with its private key.
type Key struct {
	Certificate *x509.Certificate
	Private     crypto.Signer
	// Chain is the issuers, nearest first.
	Chain []*x509.Certificate
}

// Authority is a small certification authority: a root, one issuing authority
// under it, and the list of what it has revoked.
type Authority struct {
	Root, Issuing Key
	// BaseURL is where Handler can be reached; it is written into certificates.
	BaseURL string

	now     clock.Clock
	mu      sync.Mutex
	revoked map[string]time.Time // issuer name + serial
}

// NewAuthority makes root and issuing authority. baseURL is where its Handler
// will be served, without a slash at the end.
func NewAuthority(now clock.Clock, baseURL string) (*Authority, error) {
	a := &Authority{BaseURL: baseURL, now: now, revoked: map[string]time.Time{}}
	root := a.authorityTemplate("Development root")
	var err error
	if a.Root, err = selfSigned(root); err != nil {
		return nil, fmt.Errorf("make root: %w", err)
	}
	issuing := a.authorityTemplate("Development authority")
	issuing.CRLDistributionPoints = []string{baseURL + "/root.crl"}
	if a.Issuing, err = issue(issuing, a.Root, false); err != nil {
		return nil, fmt.Errorf("make issuing authority: %w", err)
	}
	return a, nil
}

// Restore gives back an authority made earlier from its two keys.
func Restore(now clock.Clock, baseURL string, root, issuing Key) *Authority {
	issuing.Chain = []*x509.Certificate{root.Certificate}
	return &Authority{Root: root, Issuing: issuing, BaseURL: baseURL, now: now, revoked: map[string]time.Time{}}
}

// TrustPEM is the root as a trust store.
func (a *Authority) TrustPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Certificate.Raw})
}

// Option changes a certificate before it is issued.
type Option func(*order)

type order struct {
	template *x509.Certificate
	rsa      bool
	now      time.Time
}

// Expired makes the certificate end yesterday.
func Expired() Option {
	return func(o *order) {
		o.template.NotBefore, o.template.NotAfter = o.now.AddDate(-2, 0, 0), o.now.AddDate(0, 0, -1)
	}
}

// NotYetValid makes the certificate begin tomorrow.
func NotYetValid() Option {
	return func(o *order) { o.template.NotBefore = o.now.AddDate(0, 0, 1) }
}

// Usage replaces the key usage, which is digital signature and commitment.
func Usage(u x509.KeyUsage) Option {
	return func(o *order) { o.template.KeyUsage = u }
}

// AsAuthority marks the certificate as one that may issue others.
func AsAuthority() Option {
	return func(o *order) { o.template.IsCA, o.template.KeyUsage = true, o.template.KeyUsage|x509.KeyUsageCertSign }
}

// RSA makes an RSA-2048 key instead of ECDSA P-256.
func RSA() Option { return func(o *order) { o.rsa = true } }

// Sources replaces where revocation can be looked up; the default is OCSP and
// CRL of this authority.
func Sources(ocsp, crl []string) Option {
	return func(o *order) { o.template.OCSPServer, o.template.CRLDistributionPoints = ocsp, crl }
}

// OCSPSigning makes a certificate that may answer for the authority.
func OCSPSigning() Option {
	return func(o *order) { o.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning} }
}

// Attribute adds one more subject attribute, also a second one of its kind.
func Attribute(oid, value string) Option {
	return func(o *order) {
		o.template.Subject.ExtraNames = append(o.template.Subject.ExtraNames, utf8(oid, value))
	}
}

// Serial sets the serial number.
func Serial(n *big.Int) Option { return func(o *order) { o.template.SerialNumber = n } }

// Issue makes a certificate valid for two years.
func (a *Authority) Issue(p Person, options ...Option) (Key, error) {
	now := a.now()
	o := &order{now: now, template: &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               p.subject(),
		NotBefore:             now.Add(-24 * time.Hour).Truncate(time.Second),
		NotAfter:              now.AddDate(2, 0, 0).Truncate(time.Second),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		BasicConstraintsValid: true,
		Policies:              []x509.OID{testPolicy()},
		OCSPServer:            []string{a.BaseURL + "/ocsp"},
		CRLDistributionPoints: []string{a.BaseURL + "/issuing.crl"},
	}}
	for _, option := range options {
		option(o)
	}
	o.template.SubjectKeyId = o.template.SerialNumber.FillBytes(make([]byte, 20))
	key, err := issue(o.template, a.Issuing, o.rsa)
	if err != nil {
		return Key{}, fmt.Errorf("issue certificate: %w", err)
	}
	return key, nil
}

// Revoke takes back a certificate of this authority, also the issuing one.
func (a *Authority) Revoke(c *x509.Certificate) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoked[revocationKey(c.RawIssuer, c.SerialNumber)] = a.now().Add(-time.Hour)
}

func (a *Authority) revokedAt(issuer []byte, serial *big.Int) (time.Time, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.revoked[revocationKey(issuer, serial)]
	return t, ok
}

func revocationKey(issuer []byte, serial *big.Int) string {
	return string(issuer) + "\x00" + serial.Text(16)
}

func (a *Authority) authorityTemplate(cn string) *x509.Certificate {
	now := a.now()
	return &x509.Certificate{
		SerialNumber: serial(),
		Subject: pkix.Name{
			Country: []string{"UZ"}, CommonName: cn,
			Organization: []string{"Sinov markazi"}, OrganizationalUnit: []string{eds.DevelopmentMark},
		},
		NotBefore:             now.AddDate(-3, 0, 0).Truncate(time.Second),
		NotAfter:              now.AddDate(10, 0, 0).Truncate(time.Second),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
}

func selfSigned(template *x509.Certificate) (Key, error) {
	private, err := newKey(false)
	if err != nil {
		return Key{}, err
	}
	return certify(template, template, private, private)
}

func issue(template *x509.Certificate, by Key, withRSA bool) (Key, error) {
	private, err := newKey(withRSA)
	if err != nil {
		return Key{}, err
	}
	key, err := certify(template, by.Certificate, private, by.Private)
	key.Chain = append([]*x509.Certificate{by.Certificate}, by.Chain...)
	return key, err
}

func certify(template, parent *x509.Certificate, private, by crypto.Signer) (Key, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), by)
	if err != nil {
		return Key{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return Key{Certificate: certificate, Private: private}, err
}

func newKey(withRSA bool) (crypto.Signer, error) {
	if withRSA {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// testPolicy is the policy of the national test authority.
func testPolicy() x509.OID {
	id, err := x509.OIDFromInts([]uint64{1, 3, 6, 1, 4, 1, 46709, 1, 2, 1})
	if err != nil {
		panic(err) // a constant
	}
	return id
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return n.Add(n, big.NewInt(1))
}

func (p Person) subject() pkix.Name {
	var n pkix.Name
	for _, a := range []eds.Attribute{
		{OID: eds.OIDCommonName, Value: p.CN},
		{OID: "2.5.4.41", Value: p.Name},
		{OID: "2.5.4.4", Value: p.Surname},
		{OID: "2.5.4.7", Value: p.District},
		{OID: "2.5.4.8", Value: p.Region},
		{OID: "2.5.4.6", Value: "UZ"},
		{OID: eds.OIDOrg, Value: p.Org},
		{OID: eds.OIDPersonTIN, Value: p.PersonTIN},
		{OID: eds.OIDPINFL, Value: p.PINFL},
		{OID: "2.5.4.11", Value: p.Unit},
		{OID: eds.OIDPosition, Value: p.Position},
		{OID: eds.OIDOrgTIN, Value: p.OrgTIN},
		{OID: "2.5.4.15", Value: p.LegalForm},
	} {
		if a.Value != "" {
			n.ExtraNames = append(n.ExtraNames, utf8(a.OID, a.Value))
		}
	}
	return n
}

// utf8 forces UTF8String, which national certificates use throughout.
func utf8(oid, value string) pkix.AttributeTypeAndValue {
	var id asn1.ObjectIdentifier
	for part := range strings.SplitSeq(oid, ".") {
		var n int
		_, _ = fmt.Sscan(part, &n)
		id = append(id, n)
	}
	return pkix.AttributeTypeAndValue{Type: id, Value: asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(value)}}
}
