package publicapihttp_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"kabinet/internal/platform/eds"
)

// The message of a signature over hundreds of cards holds all their names, and
// is still no more than a call may bring.
func TestASignatureOverManyCardsComesThrough(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	at := registry + "/sendings/00000000-0000-4000-8000-000000000000/signature"
	largest := base64.StdEncoding.EncodeToString(make([]byte, eds.MaxMessage))
	for _, tt := range []struct {
		signature string
		want      int
	}{{largest, 410}, {strings.Repeat(largest, 2), 413}} {
		if a := s.do("POST", at, text(map[string]any{"cards": []int{1}, "signature": tt.signature})); a.Status != tt.want {
			t.Errorf("%d bytes: %d %s", len(tt.signature), a.Status, a.Body)
		}
	}
}

// Asking for nothing, and being told so card by card, leaves nothing behind.
func TestAnAnswerThatDidNothingIsNotKept(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range 2 {
		a := s.do("POST", registry+"/take-backs", `{"cards":[900,901,902]}`, "Idempotency-Key", "k1")
		if a.Status != 200 || a.Header.Get("Idempotency-Replayed") != "" || strings.Count(a.Body, "not-found") != 3 {
			t.Errorf("%d %v %s", a.Status, a.Header, a.Body)
		}
	}
}

// Whoever is told to wait is told for how long, also by a method itself.
func TestTooManyPicturesAreToldToWait(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range 130 { // the minute may end on the way
		a := s.do("PUT", cardAt(900)+"/photos/front", "x", "Content-Type", "image/jpeg")
		if a.Status == 404 {
			continue
		}
		if a.Status != 429 || a.Header.Get("Retry-After") == "" || a.Header.Get("RateLimit-Remaining") == "0" {
			t.Errorf("%d %v %s", a.Status, a.Header, a.Body)
		}
		return
	}
	t.Error("nobody is told")
}
