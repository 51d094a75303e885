package httpx

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
)

type requestIDKey struct{}

// RequestID is the number of the request, shown on problem pages and logged.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// Number gives each request a number of its own; one sent by a client is not
// believed.
func Number(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := newNumber()
		ctx := logx.With(context.WithValue(r.Context(), requestIDKey{}, id), slog.String("request", id))
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// newNumber is 64 random bits in hexadecimal: enough to find one request among
// all lines of a log, and no secret.
func newNumber() string {
	const digits = "0123456789ABCDEF"
	var b [16]byte
	n := rand.Uint64() //nolint:gosec // G404: nobody gains anything by guessing it
	for i := range b {
		b[i] = digits[n&15]
		n >>= 4
	}
	return string(b[:])
}

// OriginOf says where a request came from, behind the proxies that the
// configuration trusts.
func OriginOf(r *http.Request) actor.Origin {
	return actor.Origin{IP: middleware.GetClientIP(r.Context()), RequestID: RequestID(r.Context())}
}

// Deadline ends what a request asks of others after d, so that a silent
// database costs a person seconds; it stands behind Bodies and before whatever
// may wait. longer gives a request more where that is known to be needed, and 0
// elsewhere; nil gives none.
func Deadline(d time.Duration, longer func(*http.Request) time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			limit := d
			if longer != nil {
				if own := longer(r); own > d {
					limit = own
					extend(w, own)
				}
			}
			ctx, cancel := context.WithTimeout(r.Context(), limit)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// lastWords is the time to say that a request took too long.
const lastWords = 10 * time.Second

// extend moves the deadlines of the connection behind that of the request;
// where it has none, as in tests, there is nothing to move.
func extend(w http.ResponseWriter, d time.Duration) {
	until := clock.System().Add(d + lastWords)
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(until)
	_ = c.SetWriteDeadline(until)
}

// Log writes one line for each request: the pattern of the route, never the
// path, because a path may hold an activation token.
func Log(observe func(r *http.Request, pattern string, status int, took time.Duration)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := clock.System()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			next.ServeHTTP(ww, r)
			took := clock.Since(start)
			status := max(ww.Status(), http.StatusOK)
			pattern := patternOf(r)
			logx.Line(r.Context(), "request", slog.String("method", r.Method), slog.String("route", pattern),
				slog.Int("status", status), slog.Int("bytes", ww.BytesWritten()), slog.Int64("us", took.Microseconds()),
				slog.String("ip", middleware.GetClientIP(r.Context())))
			observe(r, pattern, status, took)
		})
	}
}

func patternOf(r *http.Request) string {
	if rc := chi.RouteContext(r.Context()); rc != nil {
		if pattern := rc.RoutePattern(); pattern != "" {
			return pattern
		}
	}
	return "none"
}

// Recover turns a panic into a problem page and a log line with the stack.
func Recover(draw Draw) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				if v == http.ErrAbortHandler { //nolint:errorlint // the very value is the protocol of net/http
					panic(v)
				}
				logx.From(r.Context()).Error("panic", "value", v, "stack", string(debug.Stack()))
				Fail(w, r, errInternal, draw)
			}()
			next.ServeHTTP(w, r)
		})
	}
}

// Language chooses the language of the answer: the cookie (what was chosen
// last on this device), else the browser's wish. ?lang= sets the cookie and
// leads to the clean address, so that a link can be shared in any language.
func Language(secure bool) func(http.Handler) http.Handler {
	var wishes i18n.Wishes
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if l, ok := wantedLang(r); ok {
				keepLanguage(w, l, secure)
				_ = See(w, r, withoutLang(r)) // See never fails
				return
			}
			l, ok := ChosenLanguage(r)
			if !ok {
				l = wishes.Match(r.Header.Get("Accept-Language"))
			}
			next.ServeHTTP(w, r.WithContext(i18n.With(r.Context(), l)))
		})
	}
}

// PersonLanguage prefers the language in a signed-in person's profile to the
// browser's wish; it stands behind the session.
func PersonLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, chosen := ChosenLanguage(r); !chosen {
			if l, ok := i18n.Parse(Identity(r).Language); ok {
				r = r.WithContext(i18n.With(r.Context(), l))
			}
		}
		w.Header().Set("Content-Language", i18n.From(r.Context()).Code())
		next.ServeHTTP(w, r)
	})
}

// wantedLang is the language that a link asks for.
func wantedLang(r *http.Request) (i18n.Lang, bool) {
	if r.URL.RawQuery == "" || !isRead(r) {
		return i18n.Uz, false
	}
	return i18n.Parse(r.URL.Query().Get("lang"))
}

const langCookie = "lang"

// ChosenLanguage is the language that somebody chose on this device, if one was
// chosen.
func ChosenLanguage(r *http.Request) (i18n.Lang, bool) {
	c, err := r.Cookie(langCookie)
	if err != nil {
		return i18n.Uz, false
	}
	return i18n.Parse(c.Value)
}

func keepLanguage(w http.ResponseWriter, l i18n.Lang, secure bool) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // G124: Secure is off on http://localhost only
		Name: langCookie, Value: l.Code(), Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func withoutLang(r *http.Request) string {
	q := r.URL.Query()
	q.Del("lang")
	u := *r.URL
	u.RawQuery = q.Encode()
	return LocalPath(u.RequestURI(), "/")
}

func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

var errCrossOrigin = fault.New(fault.Forbidden, "fault.cross_origin")

// SameOrigin refuses unsafe requests that another site made a browser send.
func SameOrigin(draw Draw) func(http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := guard.Check(r); err != nil {
				Fail(w, r, errCrossOrigin.Because(err), draw)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
