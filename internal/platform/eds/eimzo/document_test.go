package eimzo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"kabinet/internal/platform/eds"
)

func TestDocument(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	doc := []byte("ҳужжат | матни")
	message := s.document(doc)
	report, err := s.verifier(t, nil).VerifyDocument(context.Background(), client, message, doc)
	must(t, err)
	if report.Signer.OrgTIN != director.OrgTIN || report.DocumentSHA256 != sha256.Sum256(doc) || report.Verifier != "eimzo" ||
		!report.StampedAt.Equal(noon.Add(time.Second)) || len(report.Policies) != 1 || !bytes.Equal(report.PKCS7, message) {
		t.Errorf("%s %v %v", report.Verifier, report.StampedAt, report.Policies)
	}
	want := []string{"POST /frontend/timestamp/pkcs7", "POST /backend/pkcs7/verify/detached"}
	if fmt.Sprint(s.asked) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", s.asked, want)
	}
	if body := base64.StdEncoding.EncodeToString(doc) + "|" + base64.StdEncoding.EncodeToString(message); s.bodies["/backend/pkcs7/verify/detached"] != body {
		t.Error("wrong body")
	}
}

func TestDocumentVerdicts(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	status := func(n int) map[string]any {
		return s.verified(func(a, _ map[string]any) { a["status"] = n; a["pkcs7Info"] = nil })
	}
	signer := func(name string, value any) map[string]any {
		return s.verified(func(_, s map[string]any) { s[name] = value })
	}
	stamp := func(name string) map[string]any {
		return s.verified(func(_, s map[string]any) { s["timeStampInfo"].(map[string]any)[name] = false })
	}
	for name, tt := range map[string]struct {
		want   error
		answer any
	}{
		"-1":                                {eds.ErrUnavailable, status(-1)},
		"-10":                               {eds.ErrSignature, status(-10)},
		"-11":                               {eds.ErrCertificate, status(-11)},
		"-12":                               {eds.ErrExpired, status(-12)},
		"-20 is not about a challenge here": {eds.ErrUnavailable, status(-20)},
		"-21":                               {eds.ErrTimestamp, status(-21)},
		"-22":                               {eds.ErrTimestamp, status(-22)},
		"-23":                               {eds.ErrTimestamp, status(-23)},
		"-5 means nothing here":             {eds.ErrUnavailable, status(-5)},
		"not verified":                      {eds.ErrSignature, signer("verified", false)},
		"verified left out":                 {eds.ErrSignature, signer("verified", nil)},
		"certificate not verified":          {eds.ErrCertificate, signer("certificateVerified", false)},
		"not valid at signing":              {eds.ErrExpired, signer("certificateValidAtSigningTime", false)},
		"an exception":                      {eds.ErrSignature, signer("exception", "java.lang.RuntimeException")},
		"revoked":                           {eds.ErrRevoked, signer("revokedStatusInfo", map[string]any{"crlReason": 0})},
		"certificates left out":             {eds.ErrSignature, signer("certificate", []any{})},
		"no signers":                        {eds.ErrSignature, s.verified(func(a, _ map[string]any) { a["pkcs7Info"] = map[string]any{"signers": []any{}} })},
		"two signers":                       {eds.ErrSignature, s.verified(func(a, s map[string]any) { a["pkcs7Info"] = map[string]any{"signers": []any{s, s}} })},
		"a failed signer beside a good one": {eds.ErrSignature, s.verified(func(a, s map[string]any) { a["failedSignerInfo"] = s })},
		"-11 because revoked": {eds.ErrRevoked, s.verified(func(a, s map[string]any) {
			s["revokedStatusInfo"] = map[string]any{"revocationTime": "2026-01-01 00:00:00"}
			a["status"], a["pkcs7Info"], a["failedSignerInfo"] = -11, nil, s
		})},
		"stamp not verified":             {eds.ErrTimestamp, stamp("verified")},
		"stamp of another digest":        {eds.ErrTimestamp, stamp("digestVerified")},
		"stamp certificate not verified": {eds.ErrTimestamp, stamp("certificateVerified")},
		"stamp certificate not valid":    {eds.ErrTimestamp, stamp("certificateValidAtSigningTime")},
	} {
		t.Run(name, func(t *testing.T) {
			s.set("/backend/pkcs7/verify/detached", tt.answer)
			if _, err := s.verifier(t, nil).VerifyDocument(context.Background(), client, s.document([]byte("x")), []byte("x")); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestDocumentWithoutStamp(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	other := s.document([]byte("another document"))
	s.set("/backend/pkcs7/verify/detached", s.verified(func(_, s map[string]any) { delete(s, "timeStampInfo") }))
	for name, answer := range map[string]any{
		"service down":      http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }),
		"refused":           map[string]any{"status": -1},
		"nobody stamped":    map[string]any{"status": 1, "pkcs7b64": "MIAG", "timestampedSignerList": []any{}},
		"broken message":    map[string]any{"status": 1, "pkcs7b64": "%", "timestampedSignerList": []any{1}},
		"another signature": map[string]any{"status": 1, "pkcs7b64": base64.StdEncoding.EncodeToString(other), "timestampedSignerList": []any{1}},
	} {
		t.Run(name, func(t *testing.T) {
			s.set("/frontend/timestamp/pkcs7", answer)
			message := s.document([]byte("x"))
			report, err := s.verifier(t, nil).VerifyDocument(context.Background(), client, message, []byte("x"))
			must(t, err)
			if !report.StampedAt.IsZero() || !bytes.Equal(report.PKCS7, message) {
				t.Errorf("stamped at %v", report.StampedAt)
			}
		})
	}
}

func TestDocumentLimits(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	v := s.verifier(t, func(c *Config) { c.DocMax = 10 })
	if _, err := v.VerifyDocument(context.Background(), client, s.document(nil), make([]byte, 11)); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("too large: %v", err)
	}
	if _, err := v.VerifyDocument(context.Background(), client, s.message().Encode(), []byte(uuid)); !errors.Is(err, eds.ErrMalformed) {
		t.Errorf("attached: %v", err)
	}
	if len(s.asked) != 0 {
		t.Errorf("asked %v", s.asked)
	}
}

func TestAnAcceptedSignatureIsJudgedAnew(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	message := s.message().Encode()
	s.set("/backend/pkcs7/verify/attached", s.verified(nil))
	signer, err := s.verifier(t, nil).Recheck(context.Background(), client, message, uuid, noon)
	if err != nil || signer.OrgTIN != director.OrgTIN || len(s.asked) != 1 {
		t.Errorf("%v, %v, asked %v", signer.OrgTIN, err, s.asked)
	}
	if _, err := s.verifier(t, nil).Recheck(context.Background(), client, message, "boshqa matn", noon); !errors.Is(err, eds.ErrSignature) || len(s.asked) != 1 {
		t.Errorf("another text: %v, asked %v", err, s.asked)
	}
	s.set("/backend/pkcs7/verify/attached", s.verified(func(_, s map[string]any) { s["verified"] = false }))
	if _, err := s.verifier(t, nil).Recheck(context.Background(), client, message, uuid, noon); !errors.Is(err, eds.ErrSignature) {
		t.Errorf("not verified: %v", err)
	}
}
