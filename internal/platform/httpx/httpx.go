// Package httpx is the way of a request through the house.
//
// Handlers return errors; here, and nowhere else, a fault becomes a status and
// a page. Pages are drawn into memory and sent whole: a page that fails half
// way is a problem page, never half a page.
package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// Handler answers a request or says why it cannot.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Wrap makes an http.HandlerFunc of a Handler; each area of the portal has its
// own, because a problem looks different in each.
type Wrap func(Handler) http.HandlerFunc

// Problem is what a problem page shows.
type Problem struct {
	Status     int
	Key        string // message key of what happened
	Args       []any
	Number     string // reference for the support desk: the request id
	RetryAfter time.Duration
}

// Draw answers with a problem in the looks of an area.
type Draw func(w http.ResponseWriter, r *http.Request, p Problem)

// Adapter makes the Wrap of an area.
func Adapter(draw Draw) Wrap {
	return func(h Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				Fail(w, r, err, draw)
			}
		}
	}
}

// statusGone is in the log and the numbers for requests whose reader left
// before the answer; nobody gets it, and it is no failure of ours.
const statusGone = 499

// Fail answers an error: a fault with its status, anything else with 500 and a
// number, logged here and nowhere else.
func Fail(w http.ResponseWriter, r *http.Request, err error, draw Draw) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		w.WriteHeader(statusGone)
		return
	}
	p := ProblemOf(err)
	p.Number = RequestID(r.Context())
	if p.Status >= http.StatusInternalServerError {
		logx.From(r.Context()).Error("request failed", "err", err, "status", p.Status)
	}
	p.Later(w)
	w.Header().Set("Cache-Control", "no-store")
	draw(w, r, p)
}

// Later tells programs when to try again, in whole seconds and never too early.
func (p Problem) Later(w http.ResponseWriter) {
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((p.RetryAfter+time.Second-1)/time.Second)))
	}
}

// StatusOf gives the status of a page that shows a refusal itself, and says in
// the header when trying again makes sense; without one the page is fine.
func StatusOf(w http.ResponseWriter, f *fault.Error) int {
	if f == nil {
		return http.StatusOK
	}
	p := ProblemOf(f)
	p.Later(w)
	return p.Status
}

var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.BadRequest:      http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Gone:            http.StatusGone,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// Faults that this package answers itself.
var (
	ErrNotFound    = fault.New(fault.NotFound, "fault.not_found")
	errInternal    = fault.New(fault.Internal, "fault.internal")
	errUnavailable = fault.New(fault.Unavailable, "fault.unavailable").After(30 * time.Second)
	errTimeout     = fault.New(fault.Unavailable, "fault.timeout").After(10 * time.Second)
)

// ProblemOf maps any error to what the person is told.
func ProblemOf(err error) Problem {
	f, ok := fault.As(err)
	switch {
	case ok:
	case errors.Is(err, context.DeadlineExceeded):
		f = errTimeout
	case pg.Unavailable(err):
		f = errUnavailable
	default:
		f = errInternal
	}
	return Problem{Status: statuses[f.Kind], Key: f.Key, Args: f.Args, RetryAfter: f.RetryAfter}
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render draws a page and sends it whole.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // the pool holds nothing else
	defer buffers.Put(buf)
	buf.Reset()
	// Every text of the page asks for the language: it is put where it is found first.
	ctx := i18n.With(r.Context(), i18n.From(r.Context()))
	if err := page.Render(ctx, buf); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // the reader is gone; there is nobody to tell
	return nil
}

// JSON answers a script of a page with a value; nothing keeps it.
func JSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the reader is gone; there is nobody to tell
	return nil
}

// See answers a form that was dealt with: the browser goes on to path by GET.
func See(w http.ResponseWriter, r *http.Request, path string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, path, http.StatusSeeOther) //nolint:gosec // G710: handlers name their own pages; what came from outside went through LocalPath
	return nil
}

// LocalPath keeps a place to return to inside the portal: anything but an
// absolute path of our own becomes fallback (open redirects, security.md 1.7).
func LocalPath(target, fallback string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil, u.Scheme != "", u.Host != "", u.User != nil:
		return fallback
	case !strings.HasPrefix(u.Path, "/"), strings.HasPrefix(u.Path, "//"), strings.ContainsAny(target, "\\\r\n\t"):
		return fallback
	}
	return u.RequestURI()
}

// Complaints are what a form is to show beside its fields.
func Complaints(err error) (fault.Complaints, bool) { return fault.ComplaintsOf(err) }

// Actor is the member behind the request; its Need refuses if there is none.
func Actor(r *http.Request) actor.Actor { return session.Of(r.Context()).Actor(OriginOf(r)) }

// Operator is the staff member behind the request.
func Operator(r *http.Request) actor.Operator { return session.Of(r.Context()).Operator(OriginOf(r)) }

// Identity is who is behind the request, signed in or not.
func Identity(r *http.Request) session.Identity { return session.Of(r.Context()) }
