package documentedohttp_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kabinet/internal/document"
	"kabinet/internal/document/documentedohttp"
)

func TestTell(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status  int
		body    string
		refused string
		fails   bool
	}{
		"it has it":             {200, `{}`, "", false},
		"it had it before":      {204, ``, "", false},
		"another answer":        {409, `{"reason":"accepted by silence"}`, "accepted by silence", true},
		"a refusal without one": {422, `<html>`, "HTTP 422", true},
		"markup turned":         {409, `{"reason":"a\u202eb"}`, "HTTP 409", true},
		"it is away":            {503, ``, "", true},
		"it moved":              {302, ``, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got map[string]any
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/api/v1/invoices/answers" || r.Header.Get("Authorization") != "Bearer secret" || r.Header.Get("Idempotency-Key") != "edo/a%2Fb" {
					t.Errorf("%s %v", r.URL.Path, r.Header)
				}
				_ = json.NewDecoder(r.Body).Decode(&got)
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			defer server.Close()
			c, err := documentedohttp.New(server.URL+"/api", "secret")
			if err != nil {
				t.Fatal(err)
			}
			err = c.Tell(t.Context(), document.Outcome{
				Feed: "edo", SourceID: "a/b", Version: 2, BuyerTIN: "301000002", Answer: document.Rejected, Via: document.ViaPortal, Reason: "r", At: time.Now(), Signed: "text", Container: []byte{1},
			})
			var refusal document.Refusal
			if (err != nil) != tt.fails || errors.As(err, &refusal) != (tt.refused != "") || string(refusal) != tt.refused {
				t.Errorf("%v", err)
			}
			if got["answer"] != "rejected" || got["signed"] != "dGV4dA==" || got["pkcs7"] != "AQ==" || got["reason"] != "r" {
				t.Errorf("%v", got)
			}
		})
	}
	if _, err := documentedohttp.New("ftp://x", ""); err == nil {
		t.Error("an odd address")
	}
	if c, err := documentedohttp.New("http://127.0.0.1:1", ""); err != nil || !strings.Contains(c.Tell(t.Context(), document.Outcome{}).Error(), "refused") {
		t.Error("nobody there")
	}
}
