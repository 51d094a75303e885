package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed/feedhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/logx"
	"kabinet/internal/publicapi/publicapihttp"
	"kabinet/internal/technical/technicalhttp"
	"kabinet/web/layout"
	"kabinet/web/static"
)

// Mux is where further pages are added; see Options.Extra.
type Mux struct {
	chi.Router
	Wrap httpx.Wrap
}

// uploadPaths take files; "*" stands for one element.
func uploadPaths() []string {
	return []string{
		"/op/imports", "/org/gs1/new", "/org/places/import", "/org/users/import", "/cards/import", "/cards/*/photos",
		"/op/dictionaries/attributes/*/codes/*/import", publicapihttp.PhotoPath,
		"/support/new", "/support/*/reply", "/op/support/*/*/answer",
		feedhttp.PushPath, feedhttp.UploadPath,
	}
}

// What may take longer than any page: sending a file, writing one out, and
// asking the E-IMZO-SERVER, which asks others, about a signature.
const (
	uploadTime = 5 * time.Minute
	exportTime = time.Minute
	signTime   = 20 * time.Second
)

// patience is how long a request may take beyond the configured time.
func patience(r *http.Request) time.Duration {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		if strings.HasSuffix(r.URL.Path, ".csv") || strings.HasSuffix(r.URL.Path, ".xlsx") {
			return exportTime
		}
		return 0
	}
	if httpx.PathIn(uploadPaths(), r.URL.Path) {
		return uploadTime
	}
	if httpx.PathIn(signPaths(), r.URL.Path) {
		return signTime
	}
	return 0
}

// signPaths take signatures, or ask the state register.
func signPaths() []string {
	return []string{
		"/sign-in", "/op/sign-in", "/activate/sign", "/join/sign", "/confirm", "/cards/*/send", "/cards/bulk/*", "/documents/answer", "/aics/disband",
		"/register", "/register/lookup", "/register/sign", "/director", "/org/refresh", "/org/names",
		"/org/agreement/offer", "/org/agreement/*/sign", "/org/agreement/*/check", "/op/agreements/*/*", // and kept ones judged anew
	}
}

var errMethod = fault.New(fault.BadRequest, "fault.method")

// openRoutes lays the way of a request; the order is the meaning.
func (a *App) openRoutes(context.Context) error {
	gzip, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(1))
	if err != nil {
		return err
	}
	r := chi.NewRouter()
	secure := a.conf.Web.BaseURL.Secure()
	r.Use(
		a.withLogger,
		httpx.Number,
		a.clientAddress(),
		httpx.Log(a.metrics.Request),
		httpx.Headers(secure),
		httpx.Language(secure),
		httpx.Recover(drawPublic),
		middleware.GetHead,
		httpx.NoTransferTricks,
		httpx.Bodies(drawPublic, httpx.Patience{Upload: uploadTime}, uploadPaths()...),
		httpx.Deadline(a.conf.Web.RequestTimeout, patience),
		httpx.CleanBytes(drawPublic),
		a.rooms.pages.closing.Gate(drawPublic),
	)
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	r.Get("/favicon.ico", favicon)
	r.Get("/robots.txt", robots)
	r.Get("/.well-known/security.txt", a.securityText)
	a.rooms.izkm.Mount(r)
	feedhttp.Mount(r, a.rooms.feeds.feeds, string(a.conf.Web.BaseURL))
	publicapihttp.Mount(r, a.rooms.api, a.rooms.cards, string(a.conf.Web.BaseURL), a.opts.Version)
	r.Group(func(r chi.Router) {
		r.Use(
			func(next http.Handler) http.Handler { return gzip(next) },
			a.sessions.Middleware(httpx.OriginOf, sessionFailed),
			httpx.PersonLanguage,
			httpx.SameOrigin(draw),
			httpx.Forms(draw, uploadPaths()...),
			a.viewer,
		)
		a.pages(r)
		r.NotFound(httpx.Adapter(draw)(notFound))
		r.MethodNotAllowed(notAllowed)
	})
	a.handler = r
	return nil
}

// pages mounts the rooms: what everybody sees, what members see, what staff see.
func (a *App) pages(r chi.Router) {
	wrap := httpx.Adapter(a.rooms.pages.signin.Proving(a.refuse))
	a.rooms.public(r, wrap)
	r.Group(func(r chi.Router) {
		r.Use(httpx.RequireMember(a.rooms.pages.signin.Late(draw)))
		a.rooms.members(r, wrap)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.RequireStaff(a.rooms.pages.staff.Late(draw)))
		a.rooms.staff(r, wrap)
	})
	if a.opts.Extra != nil {
		a.opts.Extra(Mux{r, wrap})
	}
}

// withLogger puts the logger into the context of each request.
func (a *App) withLogger(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(logx.Into(r.Context(), a.log)))
	})
}

// clientAddress believes as many proxies as the configuration names.
func (a *App) clientAddress() func(http.Handler) http.Handler {
	p := a.conf.Web.TrustedProxies
	switch {
	case len(p.Prefixes) > 0:
		return middleware.ClientIPFromXFF(strings.Split(p.String(), ",")...)
	case p.Count > 0:
		return middleware.ClientIPFromXFFTrustedProxies(p.Count)
	}
	return middleware.ClientIPFromRemoteAddr
}

func notFound(http.ResponseWriter, *http.Request) error { return httpx.ErrNotFound }

func notAllowed(w http.ResponseWriter, r *http.Request) {
	httpx.Allow(w, r)
	draw(w, r, httpx.Problem{Status: http.StatusMethodNotAllowed, Key: errMethod.Key, Number: httpx.RequestID(r.Context())})
}

// sessionFailed answers when the session could not be read or kept.
func sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	httpx.Fail(w, r, err, drawPublic)
}

// draw shows a problem in the frame of the area that was asked for.
func draw(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	drawIn(areaOf(r), w, r, p)
}

// drawPublic shows a problem before anything is known of the reader; programs
// read theirs as JSON.
func drawPublic(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	if strings.HasPrefix(r.URL.Path, technicalhttp.Prefix+"/") {
		technicalhttp.Draw(w, r, p)
		return
	}
	if strings.HasPrefix(r.URL.Path, feedhttp.Prefix+"/") {
		feedhttp.Draw(w, r, p)
		return
	}
	if strings.HasPrefix(r.URL.Path, publicapihttp.Prefix+"/") {
		publicapihttp.Draw(w, r, p)
		return
	}
	drawIn(layout.Public, w, r, p)
}

// favicon leads browsers that ask by habit to the hashed file.
func favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, static.URL("img/mark-32.png"), http.StatusFound)
}

func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n")) // the reader has gone
}
