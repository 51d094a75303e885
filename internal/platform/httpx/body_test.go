package httpx_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"kabinet/internal/platform/httpx"
)

// forms is a server that answers a form with its field "a", behind the chain
// that matters for bodies.
func forms(t testing.TB, p httpx.Patience) *httptest.Server {
	t.Helper()
	r := chi.NewRouter()
	r.Use(middleware.ClientIPFromXFF("127.0.0.1/32"), httpx.Bodies(drawn, p, "/file"),
		httpx.Deadline(5*time.Second, func(*http.Request) time.Duration { return 20 * time.Second }), httpx.Forms(drawn, "/file"))
	r.Post("/", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
			t.Errorf("the request ended: %v", context.Cause(r.Context()))
		case <-time.After(wait(r)):
		}
		_, _ = fmt.Fprintf(w, "a is %s", r.PostFormValue("a"))
	})
	r.Post("/file", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		_, _ = fmt.Fprintf(w, "%d bytes, %v", n, err)
	})
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s
}

func wait(r *http.Request) time.Duration {
	d, _ := time.ParseDuration(r.PostFormValue("wait"))
	return d
}

func drawn(w http.ResponseWriter, _ *http.Request, p httpx.Problem) {
	w.WriteHeader(p.Status)
	_, _ = io.WriteString(w, p.Key)
}

// slow opens a connection and sends the head of a form, and of its body what is
// given; the rest never comes unless somebody writes it.
func slow(t testing.TB, s *httptest.Server, from, path, kind, body string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: kabinet.example\r\nX-Forwarded-For: %s\r\nContent-Type: %s\r\nContent-Length: 900000\r\n\r\n%s", path, from, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const formKind = "application/x-www-form-urlencoded"

// answer is what comes over a connection, "503 key", and how it told to come back.
func answer(t testing.TB, c net.Conn) (status int, body, later string) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header.Get("Retry-After")
}

// send sends a form as browsers do.
func send(t testing.TB, s *httptest.Server, form string) (body string, took time.Duration) {
	t.Helper()
	start := time.Now()
	res, err := s.Client().Post(s.URL, formKind, strings.NewReader(form)) //nolint:noctx // the test ends it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), time.Since(start)
}

func TestASlowFormIsGivenUp(t *testing.T) {
	t.Parallel()
	s := forms(t, httpx.Patience{Form: 200 * time.Millisecond})
	for _, kind := range []string{formKind, "text/plain", "multipart/form-data; boundary=x"} {
		c := slow(t, s, "192.0.2.1", "/", kind, "a=1")
		start := time.Now()
		status, body, later := answer(t, c)
		if took := time.Since(start); status != http.StatusTooManyRequests || body != "fault.slow_body" || later != "10" || took > 30*time.Second {
			t.Errorf("%s: %d %s, try again after %q, answered after %v", kind, status, body, later, took)
		}
		if n, err := c.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s: the connection is kept, %d bytes more", kind, n)
		}
	}
}

func TestAFormMayTakeLongerToAnswerThanToCome(t *testing.T) {
	t.Parallel()
	s := forms(t, httpx.Patience{Form: 500 * time.Millisecond})
	if body, _ := send(t, s, "a=1&wait=1s"); body != "a is 1" {
		t.Errorf("answer = %q", body)
	}
}

func TestFormsComeWhole(t *testing.T) {
	t.Parallel()
	s := forms(t, httpx.Patience{})
	for _, n := range []int{0, 1, 511, 512, 513, 100_000, 1<<20 - 2} {
		if body, _ := send(t, s, "a="+strings.Repeat("x", n)); len(body) != len("a is ")+n {
			t.Errorf("%d of %d bytes came", len(body)-len("a is "), n)
		}
	}
	if body, _ := send(t, s, "a="+strings.Repeat("x", 1<<20)); body != "fault.too_large" {
		t.Errorf("a form too large: %.40q", body)
	}
}

// TestTheSlowestMakesWay fills every place and sends one form more.
func TestTheSlowestMakesWay(t *testing.T) {
	t.Parallel()
	t.Run("of all", func(t *testing.T) {
		t.Parallel()
		s := forms(t, httpx.Patience{All: 3})
		first := slow(t, s, "192.0.2.1", "/", formKind, "a=1")
		for i := range 3 {
			slow(t, s, fmt.Sprintf("192.0.2.%d", 2+i), "/", formKind, "a=1")
		}
		if status, body, _ := answer(t, first); status != http.StatusTooManyRequests {
			t.Errorf("the oldest: %d %s", status, body)
		}
		if body, _ := send(t, s, "a=1"); body != "a is 1" {
			t.Errorf("a form sent at once: %s", body)
		}
	})
	t.Run("of the same address", func(t *testing.T) {
		t.Parallel()
		s := forms(t, httpx.Patience{Address: 2, Form: time.Minute})
		elsewhere := slow(t, s, "192.0.2.1", "/", formKind, "a=")
		first := slow(t, s, "192.0.2.2", "/", formKind, "a=1")
		slow(t, s, "192.0.2.2", "/", formKind, "a=1")
		slow(t, s, "192.0.2.2", "/", formKind, "a=1")
		start := time.Now()
		if status, body, _ := answer(t, first); status != http.StatusTooManyRequests || time.Since(start) > time.Minute/2 {
			t.Errorf("the oldest of the address: %d %s after %v", status, body, time.Since(start))
		}
		if _, err := io.WriteString(elsewhere, strings.Repeat("y", 900_000-2)); err != nil {
			t.Fatal(err)
		}
		if status, body, _ := answer(t, elsewhere); status != http.StatusOK {
			t.Errorf("somebody else, slower: %d %.40s", status, body)
		}
	})
	t.Run("of those that fill the memory", func(t *testing.T) {
		t.Parallel()
		s := forms(t, httpx.Patience{Memory: 100_000})
		first := slow(t, s, "192.0.2.1", "/", formKind, "a="+strings.Repeat("x", 60_000))
		slow(t, s, "192.0.2.2", "/", formKind, "a="+strings.Repeat("x", 60_000))
		if status, body, _ := answer(t, first); status != http.StatusTooManyRequests {
			t.Errorf("the oldest: %d %s", status, body)
		}
	})
}

func TestAFileMustKeepComing(t *testing.T) {
	t.Parallel()
	s := forms(t, httpx.Patience{Step: 2 * time.Second, Upload: time.Minute})
	kind := "multipart/form-data; boundary=x"
	stops := slow(t, s, "192.0.2.1", "/file", kind, strings.Repeat("x", 70_000))
	if _, body, _ := answer(t, stops); !strings.HasPrefix(body, "70000 bytes, ") || strings.HasSuffix(body, "<nil>") {
		t.Errorf("a file that stopped: %s", body)
	}
	var pieces strings.Builder
	m := multipart.NewWriter(&pieces)
	part, err := m.CreateFormFile("file", "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, strings.Repeat("x", 6*(64<<10)))
	_ = m.Close()
	text, pipe := pieces.String(), newTrickle(400*time.Millisecond)
	go pipe.send(text, 64<<10)
	res, err := s.Client().Post(s.URL+"/file", m.FormDataContentType(), pipe.r) //nolint:noctx // the test ends it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if b, _ := io.ReadAll(res.Body); string(b) != fmt.Sprintf("%d bytes, <nil>", len(text)) {
		t.Errorf("a file that took longer than one step: %s", b)
	}
}

// trickle sends a text in pieces with pauses.
type trickle struct {
	r     *io.PipeReader
	w     *io.PipeWriter
	pause time.Duration
}

func newTrickle(pause time.Duration) trickle {
	r, w := io.Pipe()
	return trickle{r, w, pause}
}

func (p trickle) send(text string, piece int) {
	for chunk := range slices.Chunk([]byte(text), piece) {
		if _, err := p.w.Write(chunk); err != nil {
			return
		}
		<-time.After(p.pause)
	}
	_ = p.w.Close()
}

// BenchmarkSlowBodies says what somebody with an honest form notices of ten
// thousand others who send theirs a byte at a time; the goal is a p99 of 250 ms
// (security.md 3).
func BenchmarkSlowBodies(b *testing.B) {
	s := forms(b, httpx.Patience{})
	const bad = 10_000
	var hostile sync.WaitGroup
	ctx, cancel := context.WithCancel(b.Context())
	for i := range 200 {
		hostile.Go(func() { attack(ctx, s, i, bad/200) })
	}
	var all []time.Duration
	for b.Loop() {
		body, took := send(b, s, "a=1")
		if body != "a is 1" {
			b.Errorf("answer = %s", body)
		}
		all = append(all, took)
	}
	cancel()
	hostile.Wait()
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// attack keeps n slow forms open, each a byte further every second, and opens
// another one for each that was given up.
func attack(ctx context.Context, s *httptest.Server, from, n int) {
	conns := make([]net.Conn, n)
	for ctx.Err() == nil {
		for i, c := range conns {
			if c != nil {
				if _, err := io.WriteString(c, "x"); err == nil {
					continue
				}
				_ = c.Close()
			}
			conns[i], _ = (&net.Dialer{}).DialContext(ctx, "tcp", s.Listener.Addr().String())
			if conns[i] != nil {
				_, _ = fmt.Fprintf(conns[i], "POST / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.%d\r\nContent-Type: %s\r\nContent-Length: 900000\r\n\r\na=", from, formKind)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	for _, c := range conns {
		if c != nil {
			_ = c.Close()
		}
	}
}
