// Package publicapihttp is the door of the Open API: JSON, keys instead of
// sessions, problems instead of pages, and the document that describes all this.
package publicapihttp

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/problem"
	"kabinet/internal/publicapi"
)

// Where everything lies. The addresses of the methods are those of the marking
// system (domain.md 3.2).
const (
	Prefix    = "/public/api"
	docsPath  = Prefix + "/docs"
	specPath  = Prefix + "/openapi"
	partyPath = Prefix + "/v1/party/parties/{tin}"
)

// maxBody bounds what a call may send.
const maxBody = 64 << 10

// API is the interface with its document.
type API struct {
	service *publicapi.Service
	cards   *card.Service
	huma    huma.API
	made    []huma.Operation
	baseURL string // of the portal
}

// Mount makes the interface and its pages part of r, which holds what every
// answer of the portal gets and nothing of sessions.
func Mount(r chi.Router, s *publicapi.Service, cards *card.Service, baseURL, version string) *API {
	problemsOfHuma()
	a := &API{service: s, cards: cards, baseURL: strings.TrimSuffix(baseURL, "/")}
	r.Group(func(r chi.Router) {
		r.Use(httpx.Recover(Draw))
		r.Get(docsPath, httpx.Adapter(Draw)(a.docs))
		r = r.With(acceptable)
		a.huma = humachi.New(r, a.config(version))
		a.operations()
	})
	for _, verb := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"} { // a HEAD is a GET to us
		r.MethodFunc(verb, Prefix+"/*", nowhere(r))
	}
	return a
}

func (a *API) config(version string) huma.Config {
	c := huma.DefaultConfig("Kabinet Open API", "1")
	c.Info.Description = "Keys are made under “My API keys” in the portal. Send yours as “Authorization: Bearer kbn_…”. " +
		"Build: " + version + "."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = specPath, "", ""
	c.CreateHooks = nil // they put "$schema" into answers
	c.Servers = []*huma.Server{{URL: a.baseURL}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "http", Scheme: "bearer", BearerFormat: "kbn_…", Description: "API key of a user"},
	}
	c.Security = []map[string][]string{{"key": {}}}
	return c
}

// operation fills in what all methods share.
func (a *API) operation(id, method, path string, right perm.Code, errors ...int) huma.Operation {
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, MaxBodyBytes: maxBody, Tags: []string{"party"},
		Middlewares: huma.Middlewares{a.enter(right)},
		Errors:      append([]int{400, 401, 403, 404, 406, 429, 500, 503}, errors...),
	}
	a.made = append(a.made, op)
	return op
}

// bound is what a method knows of the request behind it.
type bound struct {
	call publicapi.Call
	w    http.ResponseWriter
	r    *http.Request
}

type boundKey struct{}

func boundTo(ctx context.Context) bound {
	b, _ := ctx.Value(boundKey{}).(bound)
	return b
}

func callOf(ctx context.Context) publicapi.Call { return boundTo(ctx).call }

// enter lets a call in before anything of it is read, and tells the program how
// many more it may make.
func (a *API) enter(right perm.Code) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humachi.Unwrap(ctx)
		knock := publicapi.Knock{
			Authorization: strings.Join(r.Header.Values("Authorization"), ","), TIN: ctx.Param("tin"), Origin: httpx.OriginOf(r),
		}
		call, quota, err := a.service.Enter(r.Context(), knock, right)
		tell(w.Header(), quota)
		if err != nil {
			refuse(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		next(huma.WithValue(ctx, boundKey{}, bound{call, w, r}))
	}
}

// tell writes the quota of the key.
func tell(h http.Header, q publicapi.Quota) {
	if q.Limit == 0 {
		return
	}
	h.Set("RateLimit-Limit", strconv.Itoa(q.Limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(q.Left))
	h.Set("RateLimit-Reset", strconv.Itoa(seconds(q.Reset)))
}

// refuse answers an error as a problem.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	later(w.Header(), err)
	send(w, problemOf(r, err, ""))
}

// later says when to try again, of what passes by itself.
func later(h http.Header, err error) {
	if f, ok := fault.As(err); ok && f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds(f.RetryAfter)))
	}
}

// seconds are whole ones, and never too few.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// acceptable answers only programs that take JSON.
func acceptable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !takesJSON(r.Header.Values("Accept")) {
			send(w, problem.New(problem.Language(r), http.StatusNotAcceptable, httpx.RequestID(r.Context())))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// takesJSON reads the header Accept; without one everything is taken.
func takesJSON(accept []string) bool {
	ranges := strings.Split(strings.Join(accept, ","), ",")
	for _, s := range ranges {
		kind, params, err := mime.ParseMediaType(s)
		if err != nil || params["q"] == "0" {
			continue
		}
		switch kind {
		case "*/*", "application/*", "application/json", "application/problem+json", "application/openapi+json", "application/openapi+yaml":
			return true
		}
	}
	return len(ranges) == 1 && strings.TrimSpace(ranges[0]) == ""
}

// nowhere answers what is no method of the interface: 405 where another verb
// would do, else 404.
func nowhere(r chi.Router) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		status, allowed := http.StatusNotFound, allow(r, req)
		if len(allowed) > 0 {
			status = http.StatusMethodNotAllowed
			w.Header().Set("Allow", strings.Join(allowed, ", "))
		}
		send(w, problem.New(problem.Language(req), status, httpx.RequestID(req.Context())))
	}
}

// allow lists the verbs that the address would take.
func allow(r chi.Routes, req *http.Request) (verbs []string) {
	for _, verb := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		pattern := r.Find(chi.NewRouteContext(), verb, req.URL.Path)
		if pattern != "" && !strings.HasSuffix(pattern, "/*") {
			verbs = append(verbs, verb)
		}
	}
	return verbs
}
