// Package technicalhttp is the door of technical users: the sign-in of the IZKM
// interface, where programs speak JSON and know no sessions, and the page on
// which administrators look after them.
package technicalhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/technical"
)

// Prefix is where everything for technical users lies; the addresses of the
// methods are those of the marking system (domain.md 3.1).
const Prefix = "/api"

// maxBody bounds what a call of this package may send.
const maxBody = 4 << 10

// What is wrong with a call before anything is looked up.
var (
	errJSON        = fault.New(fault.BadRequest, "technical.bad_json")
	errContentType = fault.New(fault.BadRequest, "technical.content_type")
	errTooLarge    = fault.New(fault.TooLarge, "fault.too_large")
)

// API answers programs.
type API struct {
	Technical *technical.Service
	Now       clock.Clock
}

// Mount makes the interface part of r, which holds what every answer of the
// portal gets and nothing of sessions: there are no cookies here, so no other
// site can make a browser act.
func (a API) Mount(r chi.Router) {
	wrap := func(h httpx.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				refuse(w, r, err)
			}
		}
	}
	r.Route(Prefix, func(r chi.Router) {
		r.Use(httpx.Recover(Draw))
		r.Post("/users/authenticate", wrap(a.authenticate))
		r.Post("/users/tokens/refresh", wrap(a.refresh))
		r.Get("/users/me", wrap(a.me))
		r.NotFound(wrap(func(http.ResponseWriter, *http.Request) error { return httpx.ErrNotFound }))
		r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
			httpx.Allow(w, r)
			Draw(w, r, httpx.Problem{Status: http.StatusMethodNotAllowed, Key: "fault.method", Number: httpx.RequestID(r.Context())})
		})
	})
}

// tokens is what a program gets; the time is in milliseconds, as the marking
// system gives it.
type tokens struct {
	AccessToken  string `json:"accessToken"`
	TokenType    string `json:"tokenType"`
	ExpiresIn    int64  `json:"expiresIn"`
	RefreshToken string `json:"refreshToken"`
}

func give(w http.ResponseWriter, t technical.Tokens) error {
	return httpx.JSON(w, tokens{
		AccessToken: t.Access, TokenType: "BEARER", ExpiresIn: technical.AccessLife.Milliseconds(), RefreshToken: t.Refresh,
	})
}

// authenticate answers POST /api/users/authenticate.
func (a API) authenticate(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Login    *string `json:"login"`
		Password *string `json:"password"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Login == nil || in.Password == nil {
		return errJSON
	}
	given, err := a.Technical.SignIn(r.Context(), technical.Credentials{Login: *in.Login, Password: *in.Password}, httpx.OriginOf(r))
	if err != nil {
		return err
	}
	return give(w, given)
}

// refresh answers POST /api/users/tokens/refresh.
func (a API) refresh(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		RefreshToken *string `json:"refreshToken"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.RefreshToken == nil {
		return errJSON
	}
	given, err := a.Technical.Refresh(r.Context(), *in.RefreshToken, httpx.OriginOf(r))
	if err != nil {
		return err
	}
	return give(w, given)
}

// read takes one JSON value in strict form: nothing unknown in it, nothing after.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return errContentType
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return errTooLarge.Because(err)
	}
	if err != nil || !utf8.Valid(body) || bytes.Contains(body, []byte(`\u0000`)) {
		return errJSON
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errJSON.Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errJSON
	}
	return nil
}

// Caller is the technical user behind a call: who showed a good access token, as
// of this moment. All methods for programs begin with it.
func (a API) Caller(r *http.Request) (technical.Caller, error) {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") || token == "" {
		return technical.Caller{}, technical.ErrToken
	}
	return a.Technical.Caller(r.Context(), strings.TrimSpace(token), httpx.OriginOf(r))
}

// who is what a program learns about itself. The method is our own: it lets an
// integrator try login, rights and reach before the first order.
type who struct {
	Login        string       `json:"login"`
	Name         string       `json:"name"`
	Organization organization `json:"organization"`
	Roles        []string     `json:"roles"`
	Groups       reach        `json:"productGroups"`
	Places       reach        `json:"places"`
	ExpiresIn    int64        `json:"expiresIn"` // of the access token, in milliseconds
}

type organization struct {
	TIN  string            `json:"tin"`
	Name map[string]string `json:"name"` // by language
}

// reach is a scope: all, also future ones, or those listed.
type reach struct {
	All bool     `json:"all"`
	IDs []string `json:"ids"`
}

// me answers GET /api/users/me.
func (a API) me(w http.ResponseWriter, r *http.Request) error {
	c, err := a.Caller(r)
	if err != nil {
		return err
	}
	slugs, err := a.Technical.GroupSlugs(r.Context(), c)
	if err != nil {
		return err
	}
	return httpx.JSON(w, who{
		Login: c.Login, Name: c.Name, Roles: c.Roles,
		Organization: organization{TIN: string(c.TIN), Name: names(c)},
		Groups:       reach{All: c.Scope.AllGroups, IDs: slugs},
		Places:       reach{All: c.Scope.AllPlaces, IDs: placeIDs(c)},
		ExpiresIn:    max(c.ExpiresAt.Sub(a.Now()).Milliseconds(), 0),
	})
}
