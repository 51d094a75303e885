package gtinregistryhttp_test

import (
	"context"
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
	"kabinet/internal/core/gs1"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/gtinregistry/gtinregistryhttp"
	"kabinet/internal/platform/breaker"
)

var noon = time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)

const number gs1.GTIN = "04600682000013"

const answer = `{"gtin":"04600682000013","names":{"uz":"","ru":"Вода «Родник»","en":"Rodnik"},"brand":"Rodnik",
	"company":{"name":"Rodnik LLC","country":"RU"},"as_of":"2025-12-04T09:41:00+05:00","new_field":{"a":[1]}}`

// serve runs a registry that answers with do and counts its questions.
func serve(t *testing.T, do http.HandlerFunc) (*gtinregistryhttp.Client, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		do(w, r)
	}))
	t.Cleanup(server.Close)
	return client(t, server.URL+"/api"), &asked
}

func client(t *testing.T, address string) *gtinregistryhttp.Client {
	t.Helper()
	c, err := gtinregistryhttp.New(gtinregistryhttp.Config{URL: address, Token: "secret", Timeout: 3 * time.Second, Now: clock.At(noon)})
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

func TestAQuestionAndItsAnswer(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.String() != "/api/v1/gtins/04600682000013" || r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		says(200, "application/json; charset=utf-8", answer)(w, r)
	})
	e, err := c.Find(t.Context(), number)
	if err != nil || !e.Found || e.GTIN != number || e.NameRu != "Вода «Родник»" || e.Brand != "Rodnik" || e.Company != "Rodnik LLC" || e.Country != "RU" ||
		!e.AsOf.Equal(time.Date(2025, 12, 4, 4, 41, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestANumberItDoesNotKnow(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, says(404, "application/json", `{"gtin":"04600682000013"}`))
	if e, err := c.Find(t.Context(), number); err != nil || e.Found || e.GTIN != number || !e.AsOf.Equal(noon) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestEveryFaultIsUnavailable(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]http.HandlerFunc{
		"a fault of the registry":       says(500, "text/plain", "oops"),
		"no right to ask":               says(401, "application/json", answer),
		"asked too often":               says(429, "application/json", answer),
		"a page of a proxy":             says(200, "text/html", "<html>"),
		"a proxy that finds nothing":    says(404, "text/html", "<html>"),
		"nothing found, of nothing":     says(404, "application/json", "{}"),
		"HTML that calls itself JSON":   says(200, "application/json", "<html>"),
		"nothing":                       says(200, "application/json", ""),
		"null":                          says(200, "application/json", "null"),
		"half of it":                    says(200, "application/json", answer[:60]),
		"two answers":                   says(200, "application/json", answer+answer),
		"another shape":                 says(200, "application/json", "["+answer+"]"),
		"a number for a text":           says(200, "application/json", strings.Replace(answer, `"04600682000013"`, "4600682000013", 1)),
		"an answer about another":       says(200, "application/json", strings.Replace(answer, "04600682000013", "04600682000020", 1)),
		"found nothing about another":   says(404, "application/json", `{"gtin":"04600682000020"}`),
		"a huge answer":                 says(200, "application/json", `{"gtin":"`+strings.Repeat("4", 1<<20)+`"}`),
		"a broken line":                 func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"silence":                       func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"an answer of a head too large": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 64<<10)) },
		"a body that never comes": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"an endless answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for range 1000 {
				if _, err := io.WriteString(w, strings.Repeat(" ", 32<<10)); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, asked := serve(t, do)
			e, err := c.Find(t.Context(), number)
			if f, _ := fault.As(err); !errors.Is(err, gtinregistry.ErrUnavailable) || e != (gtinregistry.Entry{}) || f.RetryAfter == 0 {
				t.Errorf("%+v, %v", e, err)
			}
			if asked.Load() != 1 {
				t.Errorf("asked %d times", asked.Load())
			}
		})
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the token went elsewhere") }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		if _, err := c.Find(t.Context(), number); !errors.Is(err, gtinregistry.ErrUnavailable) {
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
	if _, err := client(t, address).Find(t.Context(), number); !errors.Is(err, gtinregistry.ErrUnavailable) {
		t.Error(err)
	}
}

func TestARegistryThatFailsIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	c, asked := serve(t, says(500, "text/plain", ""))
	for range breaker.FailuresToOpen + 5 {
		if _, err := c.Find(t.Context(), number); !errors.Is(err, gtinregistry.ErrUnavailable) {
			t.Error(err)
		}
	}
	if n := asked.Load(); n != breaker.FailuresToOpen {
		t.Errorf("asked %d times", n)
	}
	waiting := make(chan context.CancelFunc, 1)
	slow, n := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		(<-waiting)()
		<-r.Context().Done()
	})
	for range breaker.FailuresToOpen + 2 {
		ctx, leave := context.WithCancel(t.Context())
		waiting <- leave
		_, _ = slow.Find(ctx, number)
		leave()
	}
	if n.Load() != breaker.FailuresToOpen+2 {
		t.Errorf("people who left count as failures: asked %d times", n.Load())
	}
}

func TestAnAddressThatMakesNoSense(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "registry.example", "ftp://registry.example", "http://", "http://u:p@registry.example", "http://registry.example?a=1", "http://registry.example#a", "::"} {
		if _, err := gtinregistryhttp.New(gtinregistryhttp.Config{URL: address, Now: clock.At(noon)}); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
	if _, err := gtinregistryhttp.New(gtinregistryhttp.Config{URL: "http://registry.example"}); err == nil {
		t.Error("no clock is taken")
	}
}
