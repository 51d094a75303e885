//go:build dev

package eimzosim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"

	"kabinet/internal/platform/eds/edstest"
)

// Person is the holder of a key; without OrgTIN the certificate is personal.
type Person = edstest.Person

// Flaw makes a key different from a good ECDSA P-256 one.
type Flaw string

// The flaws a key can be issued with.
const (
	Expired     Flaw = "expired"
	Revoked     Flaw = "revoked"
	WrongUsage  Flaw = "wrong usage"  // key encipherment only
	ForeignRoot Flaw = "foreign root" // proper chain, unknown root
	RSA         Flaw = "RSA"          // no flaw: RSA-2048
)

// Key is one key file on the simulated disk.
type Key struct {
	edstest.Key
	Person Person
	Flaws  []Flaw
	// Name is the file name, by which tests find the key.
	Name string
}

// Disk and Path are where all simulated key files lie.
const (
	Disk = `D:\`
	Path = "DSKEYS"
)

// Issue makes a key, or finds the one issued earlier to the same person with
// the same flaws when the simulator keeps them on disk.
func (s *Simulator) Issue(p Person, flaws ...Flaw) (Key, error) {
	key := Key{Person: p, Flaws: slices.Clone(flaws), Name: fileName(p, flaws)}
	authority := s.authority
	if slices.Contains(flaws, ForeignRoot) {
		authority = s.foreign
	}
	var err error
	key.Key, err = s.store.leaf(key.Name, authority, func() (edstest.Key, error) {
		return authority.Issue(p, options(flaws)...)
	}, func(c *x509.Certificate) bool {
		return slices.Contains(flaws, Expired) || s.config.Now().AddDate(0, 1, 0).Before(c.NotAfter)
	})
	if err != nil {
		return Key{}, fmt.Errorf("eimzosim: key of %q: %w", p.CN, err)
	}
	if slices.Contains(flaws, Revoked) {
		authority.Revoke(key.Certificate)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(s.keys, func(k Key) bool { return k.Name == key.Name }) {
		s.keys = append(s.keys, key)
	}
	return key, nil
}

// Keys lists the issued keys in the order of issue.
func (s *Simulator) Keys() []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.keys)
}

// Revoke takes a key back from now on.
func (s *Simulator) Revoke(k Key) { s.authority.Revoke(k.Certificate) }

// Sign makes the message E-IMZO would make, for tests that need no browser.
func (k Key) Sign(content []byte, at time.Time) []byte {
	return edstest.Message{Key: k.Key, Content: content, At: at, BER: true}.Encode()
}

func options(flaws []Flaw) (all []edstest.Option) {
	for _, f := range flaws {
		switch f {
		case Expired:
			all = append(all, edstest.Expired())
		case WrongUsage:
			all = append(all, edstest.Usage(x509.KeyUsageKeyEncipherment))
		case RSA:
			all = append(all, edstest.RSA())
		}
	}
	return all
}

// fileName looks like a real one and stays the same for the same order.
func fileName(p Person, flaws []Flaw) string {
	order, err := json.Marshal(struct {
		P Person
		F []Flaw
	}{p, flaws})
	if err != nil {
		panic(err) // strings only
	}
	sum := sha256.Sum256(order)
	number := p.OrgTIN
	if number == "" {
		number = p.PersonTIN
	}
	return "DS" + number + hex.EncodeToString(sum[:4])
}

// alias describes the key as E-IMZO does in its list: lower case, commas not
// escaped, times without a zone in Tashkent time.
func (k Key) alias() string {
	names := map[string]string{
		"2.5.4.3": "cn", "2.5.4.41": "name", "2.5.4.4": "surname", "2.5.4.7": "l", "2.5.4.8": "st",
		"2.5.4.6": "c", "2.5.4.10": "o", "2.5.4.11": "ou", "2.5.4.12": "t", "2.5.4.15": "businesscategory",
		"0.9.2342.19200300.100.1.1": "uid",
	}
	var parts []string
	for _, a := range k.Certificate.Subject.Names {
		name, ok := names[a.Type.String()]
		if !ok {
			name = a.Type.String()
		}
		parts = append(parts, fmt.Sprintf("%s=%v", name, a.Value))
	}
	moment := func(t time.Time) string {
		return t.In(time.FixedZone("", 5*60*60)).Format("2006.01.02 15:04:05")
	}
	parts = append(parts,
		"serialnumber="+k.Certificate.SerialNumber.Text(16),
		"validfrom="+moment(k.Certificate.NotBefore),
		"validto="+moment(k.Certificate.NotAfter))
	return strings.ToLower(strings.Join(parts, ","))
}

// selfSigned makes the certificate of the wss port.
func selfSigned(now time.Time) (tls.Certificate, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "127.0.0.1"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, err
}
