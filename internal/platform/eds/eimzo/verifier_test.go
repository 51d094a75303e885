package eimzo

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/edstest"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, nil)
	text, ttl, err := v.NewChallenge(context.Background(), client)
	must(t, err)
	if text != uuid || ttl != 2*time.Minute {
		t.Errorf("%q, %v", text, ttl)
	}
	message := s.message().Encode()
	signer, err := v.VerifyLogin(context.Background(), client, message, text)
	must(t, err)
	if signer.OrgTIN != director.OrgTIN || signer.PINFL != director.PINFL || signer.PersonTIN != director.PersonTIN ||
		signer.Org != director.Org || signer.Position != director.Position || signer.Serial != s.key.Certificate.SerialNumber.Text(16) ||
		!signer.SignedAt.Equal(noon) || !signer.NotAfter.Equal(s.key.Certificate.NotAfter) || !bytes.Equal(signer.Raw, s.key.Certificate.Raw) {
		t.Errorf("%+v", signer)
	}
	if s.bodies["/backend/auth"] != base64.StdEncoding.EncodeToString(message) {
		t.Error("the message was not sent as it came")
	}
}

func TestLoginStatuses(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	for status, want := range map[int]error{
		-1: eds.ErrUnavailable, -5: eds.ErrClock, -10: eds.ErrSignature, -11: eds.ErrCertificate,
		-12: eds.ErrExpired, -20: eds.ErrChallenge, 0: eds.ErrUnavailable, 2: eds.ErrUnavailable, -99: eds.ErrUnavailable,
	} {
		s.set("/backend/auth", s.auth(status))
		if _, err := s.verifier(t, nil).VerifyLogin(context.Background(), client, s.message().Encode(), uuid); !errors.Is(err, want) {
			t.Errorf("status %d: %v, want %v", status, err, want)
		}
	}
}

// The server burns the challenge and cannot tell whose it was, so it must not
// be asked about a message that signs something else.
func TestLoginComparesContentFirst(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, nil)
	detached, two := s.message(), s.message()
	detached.Detached = true
	two.Signers = []edstest.Key{s.key}
	for name, tt := range map[string]struct {
		message []byte
		text    string
		want    error
	}{
		"another challenge": {s.message().Encode(), "another", eds.ErrChallenge},
		"detached":          {detached.Encode(), uuid, eds.ErrMalformed},
		"two signers":       {two.Encode(), uuid, eds.ErrMalformed},
		"junk":              {[]byte("junk"), uuid, eds.ErrMalformed},
		"nested":            {bytes.Repeat([]byte{0x30, 0x80}, 4<<20), uuid, eds.ErrMalformed},
	} {
		if _, err := v.VerifyLogin(context.Background(), client, tt.message, tt.text); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := s.count("/backend/auth"); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

func TestLoginDistrustsOddAnswers(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	with := func(change func(info, subject map[string]any)) map[string]any {
		answer := s.auth(1)
		info := answer["subjectCertificateInfo"].(map[string]any)
		change(info, info["subjectName"].(map[string]any))
		return answer
	}
	twice := fmt.Sprintf(`{"status":1,"subjectCertificateInfo":{"serialNumber":%q,"subjectName":{"CN":"A","%s":"30101800000001","%s":"30101800000002"}}}`,
		s.key.Certificate.SerialNumber.Text(16), eds.OIDPINFL, eds.OIDPINFL)
	for name, tt := range map[string]struct {
		want   error
		answer any
	}{
		"no status":                 {eds.ErrUnavailable, map[string]any{"message": "ok"}},
		"status as text":            {eds.ErrUnavailable, `{"status":"1"}`},
		"no certificate":            {eds.ErrMalformed, map[string]any{"status": 1}},
		"another certificate":       {eds.ErrMalformed, with(func(i, _ map[string]any) { i["serialNumber"] = "abc" })},
		"another organization":      {eds.ErrCertificate, with(func(_, s map[string]any) { s[eds.OIDOrgTIN] = "300000002" })},
		"another person":            {eds.ErrCertificate, with(func(_, s map[string]any) { s[eds.OIDPINFL] = "30101800000002" })},
		"organization left out":     {eds.ErrCertificate, with(func(_, s map[string]any) { delete(s, eds.OIDOrgTIN) })},
		"personal number left out":  {eds.ErrCertificate, with(func(_, s map[string]any) { delete(s, eds.OIDPINFL) })},
		"tax number under two keys": {eds.ErrCertificate, with(func(_, s map[string]any) { s[eds.OIDPersonTIN] = "400000001" })},
		"personal number twice":     {eds.ErrCertificate, twice},
		"subject is a text":         {eds.ErrUnavailable, with(func(i, _ map[string]any) { i["subjectName"] = "CN=A" })},
		"subject holds a number":    {eds.ErrUnavailable, with(func(_, s map[string]any) { s["O"] = 5 })},
	} {
		t.Run(name, func(t *testing.T) {
			s.set("/backend/auth", tt.answer)
			if got, err := s.verifier(t, nil).VerifyLogin(context.Background(), client, s.message().Encode(), uuid); !errors.Is(err, tt.want) {
				t.Errorf("got %+v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestLoginTimes(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	for name, tt := range map[string]struct {
		at, now time.Time
		want    error
	}{
		"in the window":     {noon.Add(-window), noon, nil},
		"too early":         {noon.Add(-window - time.Second), noon, eds.ErrClock},
		"too late":          {noon.Add(window + time.Second), noon, eds.ErrClock},
		"after certificate": {noon.AddDate(3, 0, 0), noon.AddDate(3, 0, 0), eds.ErrExpired},
	} {
		m := s.message()
		m.At = tt.at
		v := s.verifier(t, func(c *Config) { c.Now = clock.At(tt.now) })
		if _, err := v.VerifyLogin(context.Background(), client, m.Encode(), uuid); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOddChallenges(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	for name, answer := range map[string]map[string]any{
		"empty":        {"challenge": "", "ttl": 120, "status": 1},
		"long":         {"challenge": strings.Repeat("a", maxChallenge+1), "ttl": 120, "status": 1},
		"no life":      {"challenge": uuid, "status": 1},
		"endless life": {"challenge": uuid, "ttl": 1e9, "status": 1},
		"refused":      {"challenge": uuid, "ttl": 120, "status": -1},
	} {
		s.set("/frontend/challenge", answer)
		if _, _, err := s.verifier(t, nil).NewChallenge(context.Background(), client); !errors.Is(err, eds.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	status, err := s.verifier(t, nil).Health(context.Background())
	must(t, err)
	if status.Version != "2.1.1" || !status.KeyValidTo.Equal(time.Date(2026, 12, 31, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", status)
	}
	late := s.verifier(t, func(c *Config) { c.Now = clock.At(noon.AddDate(1, 0, 0)) })
	if _, err := late.Health(context.Background()); !errors.Is(err, eds.ErrUnavailable) {
		t.Errorf("expired VPN key: %v", err)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "server:8080", "ftp://server", "http://", "http://u:p@server", "http://server/path"} {
		if _, err := New(Config{URL: address, Now: clock.System}); err == nil {
			t.Errorf("%q accepted", address)
		}
	}
	if _, err := New(Config{URL: "http://server:8080"}); err == nil {
		t.Error("no clock accepted")
	}
}
