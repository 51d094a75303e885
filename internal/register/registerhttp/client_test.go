package registerhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/breaker"
	"kabinet/internal/register"
	"kabinet/internal/register/registerhttp"
)

var noon = time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)

const answer = `{"tin":"302118447","names":{"uz":"“Zarafshon Sut” MChJ","ru":"ООО «Зарафшон Сут»","en":""},"legal_form":"mchj",
	"director":{"name":"Oʻrinboyev Gʻulomjon","pinfl":"31203800010017"},
	"address":{"region":"SA","district":"Samarqand shahri","street":"Bogʻishamol 12"},
	"status":"active","vat":true,"as_of":"2025-12-04T09:41:00+05:00","new_field":{"a":[1]}}`

// serve runs a register that answers with do and counts its questions.
func serve(t *testing.T, do http.HandlerFunc) (*registerhttp.Client, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body, _ := io.ReadAll(r.Body) // only then does the server see the client leave
		r.Body = io.NopCloser(bytes.NewReader(body))
		do(w, r)
	}))
	t.Cleanup(server.Close)
	return client(t, server.URL), &asked
}

func client(t *testing.T, address string) *registerhttp.Client {
	t.Helper()
	c, err := registerhttp.New(registerhttp.Config{URL: address, Token: "secret", Timeout: 3 * time.Second, Now: clock.At(noon)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

var byTIN = register.Number{TIN: "302118447"}

func TestAQuestionAndItsAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		number register.Number
		want   string
	}{
		"by tax number":      {byTIN, `{"tin":"302118447"}`},
		"by personal number": {register.Number{PINFL: "31203800010017"}, `{"pinfl":"31203800010017"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != http.MethodPost || r.URL.String() != "/v1/taxpayers/find" || string(body) != tt.want || r.Header.Get("Authorization") != "Bearer secret" {
					t.Errorf("%s %s %s", r.Method, r.URL, body)
				}
				says(200, "application/json; charset=utf-8", answer)(w, r)
			})
			e, err := c.Find(t.Context(), tt.number)
			if err != nil || e.TIN != "302118447" || e.Director.PINFL != "31203800010017" || e.Status != register.Active || e.VAT == nil ||
				!e.AsOf.Equal(time.Date(2025, 12, 4, 4, 41, 0, 0, time.UTC)) {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
}

func TestEveryFaultIsARefusalAndNoneAnAnswer(t *testing.T) {
	t.Parallel()
	change := func(from, to string) http.HandlerFunc {
		return says(200, "application/json", strings.Replace(answer, from, to, 1))
	}
	tests := []struct {
		name string
		do   http.HandlerFunc
		want error
	}{
		{"no such number", says(404, "application/json", `{}`), register.ErrUnknown},
		{"a fault of the register", says(500, "text/plain", "oops"), register.ErrUnavailable},
		{"no right to ask", says(401, "application/json", `{}`), register.ErrUnavailable},
		{"asked too often", says(429, "application/json", `{}`), register.ErrUnavailable},
		{"a page of a proxy", says(200, "text/html", "<html>"), register.ErrUnavailable},
		{"HTML that calls itself JSON", says(200, "application/json", "<html>"), register.ErrUnavailable},
		{"nothing", says(200, "application/json", ""), register.ErrUnavailable},
		{"half of it", says(200, "application/json", answer[:80]), register.ErrUnavailable},
		{"two answers", says(200, "application/json", answer+answer), register.ErrUnavailable},
		{"another shape", says(200, "application/json", `[`+answer+`]`), register.ErrUnavailable},
		{"a number for a text", change(`"302118447"`, `302118447`), register.ErrUnavailable},
		{"a huge answer", says(200, "application/json", `{"tin":"`+strings.Repeat("3", 1<<20)+`"}`), register.ErrUnavailable},
		{"an endless answer", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for range 1000 {
				if _, err := io.WriteString(w, strings.Repeat(" ", 32<<10)); err != nil {
					return
				}
			}
		}, register.ErrUnavailable},
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, register.ErrUnavailable},
		{"a body that never comes", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(200)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, register.ErrUnavailable},
		{"a broken line", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, register.ErrUnavailable},
		{"an answer about somebody else", change("302118447", "302118448"), register.ErrUnread},
		{"an unknown state", change(`"active"`, `"sleeping"`), register.ErrUnread},
		{"no moment", change(`"2025-12-04T09:41:00+05:00"`, `null`), register.ErrUnread},
		{"null", says(200, "application/json", "null"), register.ErrUnread},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, asked := serve(t, tt.do)
			e, err := c.Find(t.Context(), byTIN)
			if !errors.Is(err, tt.want) || e.TIN != "" {
				t.Errorf("%+v, %v; want %v", e, err, tt.want)
			}
			f, _ := fault.As(err)
			if f != nil && f.Kind == fault.Unavailable && f.RetryAfter == 0 {
				t.Error("does not say when to try again")
			}
			if n := asked.Load(); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the question went elsewhere") }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		if _, err := c.Find(t.Context(), byTIN); !errors.Is(err, register.ErrUnavailable) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	var l net.ListenConfig
	listener, err := l.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	_ = listener.Close()
	if _, err := client(t, address).Find(t.Context(), byTIN); !errors.Is(err, register.ErrUnavailable) {
		t.Error(err)
	}
}

func TestARegisterThatFailsIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	c, asked := serve(t, says(500, "text/plain", ""))
	for range breaker.FailuresToOpen + 5 {
		if _, err := c.Find(t.Context(), byTIN); !errors.Is(err, register.ErrUnavailable) {
			t.Error(err)
		}
	}
	if n := asked.Load(); n != breaker.FailuresToOpen {
		t.Errorf("asked %d times", n)
	}
	t.Run("but not when people close the page", func(t *testing.T) {
		asked := make(chan context.CancelFunc, 1)
		slow, n := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			(<-asked)()
			<-r.Context().Done()
		})
		for range breaker.FailuresToOpen + 2 {
			ctx, leave := context.WithCancel(t.Context())
			asked <- leave
			_, _ = slow.Find(ctx, byTIN)
			leave()
		}
		if n.Load() != breaker.FailuresToOpen+2 {
			t.Errorf("asked %d times", n.Load())
		}
	})
	t.Run("nor when numbers are unknown", func(t *testing.T) {
		c, n := serve(t, says(404, "application/json", "{}"))
		for range breaker.FailuresToOpen + 2 {
			_, _ = c.Find(t.Context(), byTIN)
		}
		if n.Load() != breaker.FailuresToOpen+2 {
			t.Errorf("asked %d times", n.Load())
		}
	})
}

func TestOnlyAnAddressIsAnAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "register.example", "file:///etc/passwd", "https://user:secret@register.example", "https://", "https://register.example/?a=b", "gopher://register.example"} {
		if _, err := registerhttp.New(registerhttp.Config{URL: address, Now: clock.At(noon)}); err == nil {
			t.Errorf("%q is accepted", address)
		}
	}
}

// FuzzAnswer: whatever the register writes, the client neither breaks nor
// believes an entry without number and director.
func FuzzAnswer(f *testing.F) {
	f.Add(answer)
	f.Add("null")
	f.Add(`{"tin":"302118447"}`)
	var body atomic.Value
	body.Store("")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		says(200, "application/json", body.Load().(string))(w, r)
	}))
	f.Cleanup(server.Close)
	f.Fuzz(func(t *testing.T, text string) {
		body.Store(text)
		e, err := client(t, server.URL).Find(t.Context(), byTIN)
		if err == nil && (e.TIN != byTIN.TIN || len(e.Director.PINFL) != 14 || e.Names.Uz == "" || !json.Valid([]byte(text))) {
			t.Errorf("%q gave %+v", text, e)
		}
	})
}
