package cms

import (
	"context"
	"encoding/asn1"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/edstest"
)

var (
	noon     = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	director = edstest.Person{
		CN: "TESTOV TEST TESTOVICH", Name: "TEST", Surname: "TESTOV", PINFL: "30101800000001",
		PersonTIN: "400000001", OrgTIN: "300000001", Org: `"LAB, TEST" MCHJ`, Position: "Директор",
	}
)

const text = "host=portal.example; purpose=sign-in; nonce=0123456789abcdef0123456789abcdef"

// bench is a certification authority with its revocation service running.
type bench struct {
	*edstest.Authority
	verifier *Verifier
	key      edstest.Key
}

func newBench(tb testing.TB, options ...edstest.Option) bench {
	tb.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	authority, err := edstest.NewAuthority(clock.At(noon), server.URL)
	must(tb, err)
	mux.Handle("/", authority.Handler())
	key, err := authority.Issue(director, options...)
	must(tb, err)
	return bench{Authority: authority, verifier: verifier(tb, authority.TrustPEM(), noon), key: key}
}

func verifier(tb testing.TB, trust []byte, at time.Time) *Verifier {
	tb.Helper()
	v, err := New(Config{TrustPEM: trust, Now: clock.At(at)})
	must(tb, err)
	return v
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (b bench) message() edstest.Message {
	return edstest.Message{Key: b.key, Content: []byte(text), At: noon.Add(-time.Minute), BER: true}
}

func (b bench) issue(tb testing.TB, options ...edstest.Option) edstest.Key {
	tb.Helper()
	key, err := b.Issue(director, options...)
	must(tb, err)
	return key
}

func (b bench) login(message []byte) (eds.Signer, error) {
	return b.verifier.VerifyLogin(context.Background(), eds.Client{}, message, text)
}

func oids(all ...asn1.ObjectIdentifier) []asn1.ObjectIdentifier { return all }

func repeat(b []byte, n int) (all [][]byte) {
	for range n {
		all = append(all, b)
	}
	return all
}

func BenchmarkVerifyLogin(b *testing.B) {
	for name, options := range map[string][]edstest.Option{"ECDSA": nil, "RSA": {edstest.RSA()}} {
		be := newBench(b, options...)
		be.verifier.revocation = nil
		message := be.message().Encode()
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := be.login(message); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
