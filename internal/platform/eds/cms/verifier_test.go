package cms

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/edstest"
)

func TestAcceptsProperSignatures(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rsa := b.issue(t, edstest.RSA())
	for name, change := range map[string]func(*edstest.Message){
		"as E-IMZO sends it":     func(*edstest.Message) {},
		"in DER":                 func(m *edstest.Message) { m.BER = false },
		"content in tiny pieces": func(m *edstest.Message) { m.Chunk = 1 },
		"SHA-384":                func(m *edstest.Message) { m.Hash = crypto.SHA384 },
		"SHA-512":                func(m *edstest.Message) { m.Hash = crypto.SHA512 },
		"RSA":                    func(m *edstest.Message) { m.Key = rsa },
		"RSA with SHA-512":       func(m *edstest.Message) { m.Key, m.Hash = rsa, crypto.SHA512 },
		"clock nearly too late":  func(m *edstest.Message) { m.At = noon.Add(-maxLate) },
		"clock nearly too early": func(m *edstest.Message) { m.At = noon.Add(maxEarly) },
		"signer's certificate not first": func(m *edstest.Message) {
			m.Certificates = [][]byte{b.Root.Certificate.Raw, b.Issuing.Certificate.Raw, b.key.Certificate.Raw}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.message()
			change(&m)
			s, err := b.login(m.Encode())
			must(t, err)
			if s.OrgTIN != director.OrgTIN || s.PINFL != director.PINFL || s.PersonTIN != director.PersonTIN ||
				s.CN != director.CN || s.Org != director.Org || s.Position != director.Position ||
				!s.IsLegalEntity() || !s.SignedAt.Equal(m.At) || !bytes.Equal(s.Raw, m.Key.Certificate.Raw) {
				t.Errorf("wrong signer: %+v", s)
			}
		})
	}
}

// TestRefusesWhatLibrariesAccept is the table of messages that one Go library
// or another lets through.
func TestRefusesWhatLibrariesAccept(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rsa, other := b.issue(t, edstest.RSA()), b.issue(t)
	past := noon.AddDate(-1, 0, 0)
	tests := []struct {
		name   string
		want   error
		change func(*edstest.Message)
	}{
		{"SHA-1 digest", eds.ErrSignature, func(m *edstest.Message) { m.Hash = crypto.SHA1 }},
		{"SHA-1 digest with RSA", eds.ErrSignature, func(m *edstest.Message) { m.Key, m.Hash = rsa, crypto.SHA1 }},
		{"MD5 digest", eds.ErrSignature, func(m *edstest.Message) { m.DigestOID = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5} }},
		{"RSA-PSS", eds.ErrSignature, func(m *edstest.Message) { m.Key, m.PSS = rsa, true }},
		{"another digest than the signature's", eds.ErrSignature, func(m *edstest.Message) {
			m.DigestOID = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
		}},
		{"no signed attributes", eds.ErrMalformed, func(m *edstest.Message) { m.NoAttributes = true }},
		{"wrong content type attribute", eds.ErrMalformed, func(m *edstest.Message) { m.ContentType = edstest.OIDSignedData }},
		{"content type attribute missing", eds.ErrMalformed, func(m *edstest.Message) { m.Omit = oids(edstest.OIDContentType) }},
		{"signing time missing", eds.ErrMalformed, func(m *edstest.Message) { m.Omit = oids(edstest.OIDSigningTime) }},
		{"digest missing", eds.ErrMalformed, func(m *edstest.Message) { m.Omit = oids(edstest.OIDMessageDigest) }},
		{"digest twice", eds.ErrMalformed, func(m *edstest.Message) { m.Twice = oids(edstest.OIDMessageDigest) }},
		{"signing time twice", eds.ErrMalformed, func(m *edstest.Message) { m.Twice = oids(edstest.OIDSigningTime) }},
		{"expired certificate", eds.ErrExpired, func(m *edstest.Message) { m.Key = b.issue(t, edstest.Expired()) }},
		{"expired certificate, back-dated signing time", eds.ErrExpired, func(m *edstest.Message) {
			m.Key, m.At = b.issue(t, edstest.Expired()), past
		}},
		{"certificate of tomorrow", eds.ErrExpired, func(m *edstest.Message) { m.Key = b.issue(t, edstest.NotYetValid()) }},
		{"clock too late", eds.ErrClock, func(m *edstest.Message) { m.At = noon.Add(-maxLate - time.Second) }},
		{"clock too early", eds.ErrClock, func(m *edstest.Message) { m.At = noon.Add(maxEarly + time.Second) }},
		{"clock years off", eds.ErrClock, func(m *edstest.Message) { m.At = noon.AddDate(-20, 0, 0) }},
		{"key encipherment only", eds.ErrCertificate, func(m *edstest.Message) {
			m.Key = b.issue(t, edstest.Usage(x509.KeyUsageKeyEncipherment))
		}},
		{"no key usage", eds.ErrCertificate, func(m *edstest.Message) { m.Key = b.issue(t, edstest.Usage(0)) }},
		{"an authority's certificate", eds.ErrCertificate, func(m *edstest.Message) { m.Key = b.issue(t, edstest.AsAuthority()) }},
		{"signed by the issuing authority", eds.ErrCertificate, func(m *edstest.Message) { m.Key = b.Issuing }},
		{"two signers", eds.ErrMalformed, func(m *edstest.Message) { m.Signers = []edstest.Key{other} }},
		{"the same signer twice", eds.ErrMalformed, func(m *edstest.Message) { m.Signers = []edstest.Key{b.key} }},
		{"signer by key identifier", eds.ErrMalformed, func(m *edstest.Message) { m.ByKeyID = true }},
		{"signer's certificate missing", eds.ErrMalformed, func(m *edstest.Message) { m.Certificates = [][]byte{b.Issuing.Certificate.Raw} }},
		{"no certificates", eds.ErrMalformed, func(m *edstest.Message) { m.Certificates = [][]byte{} }},
		{"too many certificates", eds.ErrMalformed, func(m *edstest.Message) {
			m.Certificates = append([][]byte{b.key.Certificate.Raw}, repeat(b.Issuing.Certificate.Raw, 8)...)
		}},
		{"issuer missing", eds.ErrCertificate, func(m *edstest.Message) { m.Certificates = [][]byte{b.key.Certificate.Raw} }},
		{"trailing junk", eds.ErrMalformed, func(m *edstest.Message) { m.Trailing = []byte{0} }},
		{"other content", eds.ErrChallenge, func(m *edstest.Message) { m.Content = []byte("another text") }},
		{"content swapped after signing", eds.ErrSignature, func(m *edstest.Message) {
			m.Content, m.Embed = []byte("pay 1 sum"), []byte(text)
		}},
		{"content with one more byte", eds.ErrChallenge, func(m *edstest.Message) { m.Content = []byte(text + "\n") }},
		{"detached", eds.ErrMalformed, func(m *edstest.Message) { m.Detached = true }},
		{"signature changed", eds.ErrSignature, func(m *edstest.Message) { m.FlipSignature = true }},
		{"signature of another key", eds.ErrSignature, func(m *edstest.Message) { m.Key.Private = other.Private }},
		{"content is not data", eds.ErrMalformed, func(m *edstest.Message) { m.Encapsulated = edstest.OIDSignedData }},
		{"not signed data", eds.ErrMalformed, func(m *edstest.Message) { m.OuterType = edstest.OIDData }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := b.message()
			tt.change(&m)
			if s, err := b.login(m.Encode()); !errors.Is(err, tt.want) || s.PINFL != "" {
				t.Errorf("got signer %q and %v, want %v", s.PINFL, err, tt.want)
			}
		})
	}
}

// A signature over attributes is a signature over their bytes. Whoever drops
// the attributes and presents those bytes as the document must fail.
func TestRefusesAttributesReplayedAsContent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	attributes := []byte{0x31, 0x03, 0x02, 0x01, 0x05}
	m := b.message()
	m.Content, m.NoAttributes = attributes, true
	_, err := b.verifier.VerifyLogin(context.Background(), eds.Client{}, m.Encode(), string(attributes))
	if !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

func TestRefusesCrookedSubjects(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, option := range map[string]edstest.Option{
		"two personal numbers":         edstest.Attribute(eds.OIDPINFL, "30101800000002"),
		"two organization tax numbers": edstest.Attribute(eds.OIDOrgTIN, "300000002"),
		"two personal tax numbers":     edstest.Attribute(eds.OIDPersonTIN, "400000002"),
		"two names":                    edstest.Attribute(eds.OIDCommonName, "BOSHQA ODAM"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.message()
			m.Key = b.issue(t, option)
			if _, err := b.login(m.Encode()); !errors.Is(err, eds.ErrCertificate) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPersonalCertificateIsNoLegalEntity(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	person := director
	person.OrgTIN, person.Org = "", ""
	key, err := b.Issue(person)
	must(t, err)
	m := b.message()
	m.Key = key
	s, err := b.login(m.Encode())
	must(t, err)
	if s.IsLegalEntity() || s.OrgTIN != "" || s.PersonTIN != "400000001" {
		t.Errorf("the holder's own tax number passed for an organization's: %+v", s)
	}
}

func TestRefusesForeignRoots(t *testing.T) {
	t.Parallel()
	b, foreign := newBench(t), newBench(t)
	t.Run("a chain of its own", func(t *testing.T) {
		t.Parallel()
		if _, err := b.login(foreign.message().Encode()); !errors.Is(err, eds.ErrCertificate) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a rogue authority with equal name and serial number", func(t *testing.T) {
		t.Parallel()
		m := b.message()
		m.Key = foreign.issue(t, edstest.Serial(b.key.Certificate.SerialNumber))
		m.Certificates = [][]byte{m.Key.Certificate.Raw, b.Issuing.Certificate.Raw, foreign.Issuing.Certificate.Raw}
		if _, err := b.login(m.Encode()); !errors.Is(err, eds.ErrCertificate) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the good and the rogue certificate together", func(t *testing.T) {
		t.Parallel()
		m := b.message()
		m.Key = foreign.issue(t, edstest.Serial(b.key.Certificate.SerialNumber))
		m.Certificates = [][]byte{m.Key.Certificate.Raw, b.key.Certificate.Raw, b.Issuing.Certificate.Raw}
		if _, err := b.login(m.Encode()); !errors.Is(err, eds.ErrMalformed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	doc := bytes.Repeat([]byte("Ҳужжат. "), 40_000)
	m := b.message()
	m.Content, m.Detached = doc, true
	good := m.Encode()
	report, err := b.verifier.VerifyDocument(context.Background(), eds.Client{}, good, doc)
	must(t, err)
	if report.Signer.OrgTIN != director.OrgTIN || report.Verifier != "cms" || len(report.Policies) != 1 ||
		!report.StampedAt.IsZero() || !bytes.Equal(report.PKCS7, good) {
		t.Errorf("wrong report: %s, policies %v, stamped %v", report.Verifier, report.Policies, report.StampedAt)
	}
	changed := bytes.Clone(doc)
	changed[7] ^= 1
	if _, err := b.verifier.VerifyDocument(context.Background(), eds.Client{}, good, changed); !errors.Is(err, eds.ErrSignature) {
		t.Errorf("changed document: %v", err)
	}
	m.Detached, m.Content = false, []byte(text)
	if _, err := b.verifier.VerifyDocument(context.Background(), eds.Client{}, m.Encode(), []byte(text)); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("attached where detached is expected: %v", err)
	}
}

func TestLargeContentInPieces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	large := bytes.Repeat([]byte("0123456789"), 10_000)
	m := b.message()
	m.Content = large
	_, err := b.verifier.VerifyLogin(context.Background(), eds.Client{}, m.Encode(), string(large))
	must(t, err)
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := eds.Client{Host: "portal.example", Purpose: "activation"}
	first, ttl, err := b.verifier.NewChallenge(context.Background(), c)
	must(t, err)
	second, _, err := b.verifier.NewChallenge(context.Background(), c)
	must(t, err)
	var nonce []byte
	if _, err := fmt.Sscanf(first, "host=portal.example; purpose=activation; nonce=%x", &nonce); err != nil || len(nonce) != 16 {
		t.Errorf("unexpected text %q: %v", first, err)
	}
	if first == second || ttl != 2*time.Minute {
		t.Errorf("%q, %q, %v", first, second, ttl)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	leaf := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.key.Certificate.Raw})
	for name, trust := range map[string][]byte{
		"nothing":            nil,
		"no PEM":             []byte("hello"),
		"a leaf":             leaf,
		"junk after a root":  append(b.TrustPEM(), "junk"...),
		"an issuer, no root": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.Issuing.Certificate.Raw}),
	} {
		if _, err := New(Config{TrustPEM: trust, Now: clock.At(noon)}); err == nil {
			t.Errorf("%s: accepted as trust store", name)
		}
	}
	if !b.verifier.Development() {
		t.Error("development root not recognised")
	}
	if _, err := b.verifier.Health(context.Background()); err != nil {
		t.Error(err)
	}
	later := verifier(t, b.TrustPEM(), noon.AddDate(11, 0, 0))
	if _, err := later.Health(context.Background()); !errors.Is(err, eds.ErrUnavailable) {
		t.Errorf("expired root: %v", err)
	}
}
