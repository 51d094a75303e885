// Package apikeyhttp answers the pages of API keys: a user's own under /me/keys,
// those of all users of the organization under /org/keys.
package apikeyhttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/apikey"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/apikeyview"
)

// Handlers are the pages of API keys.
type Handlers struct {
	Keys     *apikey.Service
	Sessions *session.Manager
	BaseURL  string // of the portal, for the line that shows how a key is used
	Secure   bool   // cookies over https only
	Now      clock.Clock
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/me/keys", wrap(h.mine))
	r.Get("/me/keys/new", wrap(h.blank))
	r.Post("/me/keys", wrap(h.create))
	r.Get("/me/keys/{id}", wrap(h.one))
	r.Get("/me/keys/{id}/value", wrap(h.value))
	r.Post("/me/keys/{id}/saved", wrap(h.saved))
	r.Get("/me/keys/{id}/revoke", wrap(h.askRevoke))
	r.Post("/me/keys/{id}/revoke", wrap(h.revoke))
	r.Get("/org/keys", wrap(h.list))
	r.Get("/org/keys.csv", wrap(h.export))
	r.Get("/org/keys/{id}", wrap(h.oneOf))
	r.Get("/org/keys/{id}/revoke", wrap(h.askRevokeOf))
	r.Post("/org/keys/{id}/revoke", wrap(h.revokeOf))
}

// number reads the number of a key; what is none names no key.
func number(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, apikey.ErrUnknown
	}
	return id, nil
}

func path(id int64, tail string) string { return "/me/keys/" + strconv.FormatInt(id, 10) + tail }

func (h Handlers) mine(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	keys, err := h.Keys.Mine(r.Context(), a)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.Mine(apikeyview.MinePage{
		Keys: keys, MayCreate: a.Rights.Has(perm.KeyManage) || apikey.MayGrant(a), Now: h.Now(),
	}))
}

// blank answers GET /me/keys/new. Who may neither make a key nor take the right
// to is told what is missing.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	return h.form(w, r, http.StatusOK, apikey.Draft{Days: apikey.Days()[0]}, nil)
}

// form shows the form, with the key that will be replaced, and what was wrong.
func (h Handlers) form(w http.ResponseWriter, r *http.Request, status int, d apikey.Draft, wrong error) error {
	a := httpx.Actor(r)
	if !apikey.MayGrant(a) {
		if err := a.Need(perm.KeyManage); err != nil {
			return err
		}
	}
	keys, err := h.Keys.Mine(r.Context(), a)
	if err != nil {
		return err
	}
	p := apikeyview.NewPage{Draft: d, Grants: apikey.MayGrant(a), Asks: httpx.Identity(r).AsksSoon()}
	p.Wrong, _ = httpx.Complaints(wrong)
	p.Refused, _ = fault.As(wrong)
	for i := range keys {
		if keys[i].Status == apikey.Valid {
			p.Valid = &keys[i]
		}
	}
	return httpx.Render(w, r, status, apikeyview.New(p))
}

// create answers POST /me/keys. A key that ended, or came to be, since the form
// was drawn is said above the form.
func (h Handlers) create(w http.ResponseWriter, r *http.Request) error {
	d := apikey.Draft{Name: r.PostFormValue("name"), Grant: r.PostFormValue("grant") != ""}
	d.Days, _ = strconv.Atoi(r.PostFormValue("days"))                   // what is no number is not offered
	d.Replace, _ = strconv.ParseInt(r.PostFormValue("replace"), 10, 64) // what is no number replaces nothing
	k, v, err := h.Keys.Create(r.Context(), httpx.Actor(r), d)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return h.form(w, r, http.StatusUnprocessableEntity, d, err)
	case errors.Is(err, apikey.ErrOne), errors.Is(err, apikey.ErrEnded):
		return h.form(w, r, http.StatusConflict, d, err)
	case err != nil:
		return err
	}
	h.keep(w, h.Keys.Wrap(v, k.ID, httpx.Identity(r).ID))
	return httpx.See(w, r, path(k.ID, "/value"))
}

// keep puts a sealed value into the browser, or with "" takes it out.
func (h Handlers) keep(w http.ResponseWriter, wrapped string) {
	c := &http.Cookie{ //nolint:gosec // G124: Secure is off on http://localhost only
		Name: h.cookie(), Value: wrapped, Path: "/me/keys", MaxAge: int(apikey.ShowFor.Seconds()),
		Secure: h.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	if wrapped == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (h Handlers) cookie() string {
	if h.Secure {
		return "__Secure-kabinet-key"
	}
	return "kabinet-key"
}

// value answers GET /me/keys/{id}/value: the new key, until it was saved or some
// minutes are over. Nothing keeps the page, so that the way back shows it no more.
func (h Handlers) value(w http.ResponseWriter, r *http.Request) error {
	k, err := h.own(r)
	if err != nil {
		return err
	}
	c, err := r.Cookie(h.cookie())
	if err != nil {
		return httpx.See(w, r, path(k.ID, ""))
	}
	v, ok := h.Keys.Unwrap(c.Value, k.ID, httpx.Identity(r).ID)
	if !ok || k.Status != apikey.Valid {
		return httpx.See(w, r, path(k.ID, ""))
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.Value(apikeyview.ValuePage{
		Key: k, Value: v.Reveal(), BaseURL: h.BaseURL, TIN: httpx.Identity(r).TIN,
	}))
}

// saved answers POST /me/keys/{id}/saved.
func (h Handlers) saved(w http.ResponseWriter, r *http.Request) error {
	k, err := h.own(r)
	if err != nil {
		return err
	}
	h.keep(w, "")
	h.Sessions.Put(r.Context(), "flash", "apikey.flash.saved")
	return httpx.See(w, r, path(k.ID, ""))
}

// own reads the key that the address names.
func (h Handlers) own(r *http.Request) (apikey.Key, error) {
	id, err := number(r)
	if err != nil {
		return apikey.Key{}, err
	}
	return h.Keys.One(r.Context(), httpx.Actor(r), id)
}

func (h Handlers) one(w http.ResponseWriter, r *http.Request) error {
	k, err := h.own(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.One(k, false, h.Now()))
}

func (h Handlers) askRevoke(w http.ResponseWriter, r *http.Request) error {
	k, err := h.own(r)
	if err != nil {
		return err
	}
	if k.Status != apikey.Valid {
		return apikey.ErrEnded
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.Revoke(k))
}

func (h Handlers) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	if err := h.Keys.Revoke(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "apikey.flash.revoked")
	return httpx.See(w, r, "/me/keys")
}
