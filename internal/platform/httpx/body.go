package httpx

import (
	"bytes"
	"container/list"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
)

// errSlowBody goes to whoever sends a form slower than anybody does who means it.
var errSlowBody = fault.New(fault.TooMany, "fault.slow_body").After(10 * time.Second)

// Patience bounds what slow bodies cost (security.md 3, slow clients); blanks
// are filled with the values named.
type Patience struct {
	Form    time.Duration // longest time for a whole form; 10 s
	Upload  time.Duration // longest time for a whole file; 5 min
	Step    time.Duration // longest time for each 64 KiB of it; 10 s
	All     int           // bodies on their way at once; 512
	Address int           // of them, from one address; 64
	Memory  int64         // bytes of them that have come; 64 MiB
}

// uploadStep is how much of a file must come in the time of Patience.Step.
const uploadStep = 64 << 10

// Bodies reads what a request sends before anything else is done for it: a form
// that trickles in holds a small goroutine here, and neither a session nor a
// connection to the database. When too many are on their way, the one that has
// taken longest makes way, of the same address if that has too many: a form sent
// at once always gets through. Files at the paths in uploads are left to their
// handlers, and must keep coming. It stands before Deadline.
func Bodies(draw Draw, p Patience, uploads ...string) func(http.Handler) http.Handler {
	g := &gate{Patience: p.filled(), from: map[string]int{}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Body == nil || r.Body == http.NoBody:
				next.ServeHTTP(w, r)
			case uploading(r, uploads):
				g.passFile(next, w, r)
			case g.readForm(w, r) != nil:
				w.Header().Set("Connection", "close")
				// net/http takes a body that fails for a reader who left.
				Fail(w, r.WithContext(context.WithoutCancel(r.Context())), errSlowBody, draw)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

func (p Patience) filled() Patience {
	if p.Form == 0 {
		p.Form = 10 * time.Second
	}
	if p.Upload == 0 {
		p.Upload = 5 * time.Minute
	}
	if p.Step == 0 {
		p.Step = 10 * time.Second
	}
	if p.All == 0 {
		p.All = 512
	}
	if p.Address == 0 {
		p.Address = 64
	}
	if p.Memory == 0 {
		p.Memory = 64 << 20
	}
	return p
}

// gate knows the bodies that are on their way.
type gate struct {
	Patience
	mu     sync.Mutex
	waits  list.List      // of *arrival, the oldest first
	from   map[string]int // how many of each address
	memory int64
}

// arrival is a body on its way.
type arrival struct {
	address string
	size    int64
	end     func() // ends its reading; harmless when it is read
	place   *list.Element
}

// readForm reads the body as far as a form may go, and lets the handler read it
// again. What is wrong with it besides slowness is for Forms to say.
func (g *gate) readForm(w http.ResponseWriter, r *http.Request) error {
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(clock.System().Add(g.Form)) // in tests there may be no connection
	a := g.enter(OriginOf(r).IP, func() { _ = c.SetReadDeadline(clock.System()) })
	content, err := g.read(a, r.Body)
	g.leave(a)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if errors.Is(err, io.EOF) {
		_ = c.SetReadDeadline(time.Time{}) // from here on the request's own deadline counts
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(content), failing{err}), r.Body}
	return nil
}

// read collects a body until it ends, fails, or is larger than a form may be.
func (g *gate) read(a *arrival, body io.Reader) ([]byte, error) {
	content := make([]byte, 0, bytes.MinRead)
	for len(content) <= maxForm {
		if len(content) == cap(content) {
			content = append(content, 0)[:len(content)]
		}
		n, err := body.Read(content[len(content):cap(content)])
		content = content[:len(content)+n]
		g.grow(a, int64(n))
		if err != nil {
			return content, err
		}
	}
	return content, nil
}

// failing is the end of a body that was read before.
type failing struct{ err error }

// Read gives the error with which the body ended; one that was cut off is
// larger than Forms allows, so nobody comes here.
func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.ErrUnexpectedEOF
	}
	return 0, f.err
}

// enter takes a place, at the cost of the oldest if there is none.
func (g *gate) enter(address string, end func()) *arrival {
	a := &arrival{address: address, end: end}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.from[address] >= g.Address {
		g.endOldest(func(o *arrival) bool { return o.address == address })
	}
	if g.waits.Len() >= g.All {
		g.endOldest(func(*arrival) bool { return true })
	}
	a.place = g.waits.PushBack(a)
	g.from[address]++
	return a
}

// grow counts what has come of a body.
func (g *gate) grow(a *arrival, n int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a.place == nil {
		return // it has made way and ends with its next read
	}
	a.size += n
	g.memory += n
	if g.memory > g.Memory {
		g.endOldest(func(*arrival) bool { return true })
	}
}

// leave gives the place back.
func (g *gate) leave(a *arrival) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.remove(a)
}

// endOldest ends the oldest body that fits.
func (g *gate) endOldest(fits func(*arrival) bool) {
	for e := g.waits.Front(); e != nil; e = e.Next() {
		if a := e.Value.(*arrival); fits(a) { //nolint:forcetypeassert // the list holds nothing else
			g.remove(a)
			a.end()
			return
		}
	}
}

func (g *gate) remove(a *arrival) {
	if a.place == nil {
		return
	}
	g.waits.Remove(a.place)
	a.place = nil
	g.memory -= a.size
	if g.from[a.address]--; g.from[a.address] == 0 {
		delete(g.from, a.address)
	}
}

func uploading(r *http.Request, uploads []string) bool {
	// Programs send a file by itself, or many records at once.
	file := r.Method == http.MethodPost && (isMultipart(r) || isRecords(r)) || r.Method == http.MethodPut
	return file && PathIn(uploads, r.URL.Path)
}

// isRecords reports whether a body is JSON or lines of it.
func isRecords(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "ndjson") || kind == "application/jsonl")
}

// PathIn reports whether a path is one of several, in which "*" stands for one
// element: "/cards/*/photos".
func PathIn(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		fits, err := path.Match(pattern, p)
		return fits && err == nil
	})
}

// passFile lets the handler read a file that keeps coming. What it leaves unread
// nobody waits for.
func (g *gate) passFile(next http.Handler, w http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(w)
	last := clock.System().Add(g.Upload)
	r.Body = &steady{ReadCloser: r.Body, more: func() {
		until := clock.System().Add(g.Step)
		if until.After(last) {
			until = last
		}
		_ = c.SetReadDeadline(until)
	}}
	next.ServeHTTP(w, r)
	_ = c.SetReadDeadline(clock.System().Add(time.Second))
}

// steady is a body that asks for more time only when enough has come.
type steady struct {
	io.ReadCloser
	read, next int64
	more       func()
}

// Read reads on; a sender who stops is cut off by the deadline of the connection.
func (s *steady) Read(p []byte) (int, error) {
	if s.read >= s.next {
		s.next = s.read + uploadStep
		s.more()
	}
	n, err := s.ReadCloser.Read(p)
	s.read += int64(n)
	return n, err
}
