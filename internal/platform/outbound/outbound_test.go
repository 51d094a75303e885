package outbound_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/outbound"
)

var patience = outbound.Patience{Connect: time.Second, Total: 5 * time.Second}

func TestAddress(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"https://register.example":       true,
		"http://10.0.0.5:8080/api":       true,
		"":                               false,
		"register.example":               false,
		"ftp://register.example":         false,
		"http://":                        false,
		"http://user:word@host.example/": false,
		"http://host.example/?a=b":       false,
		"http://host.example/#a":         false,
		"http://host.example/%zz":        false,
	} {
		if _, err := outbound.Address(address); (err == nil) != good || err != nil && !errors.Is(err, outbound.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestAPeerIsAskedInJSON(t *testing.T) {
	t.Parallel()
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		http.Redirect(w, r, "http://elsewhere.example/", http.StatusFound)
	}))
	t.Cleanup(server.Close)
	peer, err := outbound.NewPeer(server.URL+"/api", "secret", patience)
	if err != nil {
		t.Fatal(err)
	}
	response, err := peer.Ask(t.Context(), outbound.Question{Method: http.MethodPost, Path: []string{"v1", "a b"}, Body: 1, Header: http.Header{"Idempotency-Key": {"k"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusFound {
		t.Errorf("a redirect was followed: %d", response.StatusCode)
	}
	if got.URL.EscapedPath() != "/api/v1/a%20b" || got.Header.Get("Authorization") != "Bearer secret" || got.Header.Get("Content-Type") != "application/json" || got.Header.Get("Idempotency-Key") != "k" {
		t.Errorf("%s %v", got.URL, got.Header)
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind, body string
		good       bool
	}{
		"an answer":              {"application/json; charset=utf-8", `{"name":"a","more":1}`, true},
		"a page":                 {"text/html", `{"name":"a"}`, false},
		"of no type":             {"", `{"name":"a"}`, false},
		"two values":             {"application/json", `{"name":"a"}{}`, false},
		"half of one":            {"application/json", `{"name":"a`, false},
		"another shape":          {"application/json", `{"name":["31203800010017"]}`, false},
		"longer than any answer": {"application/json", `{"name":"` + strings.Repeat("a", 64<<10) + `"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.kind}
				_, _ = w.Write([]byte(tt.body))
			}))
			t.Cleanup(server.Close)
			peer, err := outbound.NewPeer(server.URL, "", patience)
			if err != nil {
				t.Fatal(err)
			}
			response, err := peer.Ask(t.Context(), outbound.Question{Method: http.MethodGet})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			var v struct{ Name string }
			err = outbound.Decode(response, &v)
			if (err == nil) != tt.good || tt.good && v.Name != "a" {
				t.Errorf("%v %q", err, v.Name)
			}
			if err != nil && strings.Contains(err.Error(), "31203800010017") {
				t.Error("the error quotes the answer")
			}
		})
	}
}
