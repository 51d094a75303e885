package apikeyhttp

import (
	"net/http"
	"strings"

	"kabinet/internal/apikey"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/httpx"
	"kabinet/web/apikeyview"
)

// filter reads what the list is narrowed to; unknown values do not narrow.
func filter(r *http.Request) apikey.Filter {
	q := r.URL.Query()
	return apikey.Filter{
		Query: strings.TrimSpace(q.Get("q")), Status: apikey.Status(q.Get("status")), After: q.Get("after"), Size: page.Size(q.Get("per")),
	}
}

// list answers GET /org/keys.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	f := filter(r)
	p, err := h.Keys.List(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.All(apikeyview.AllPage{Page: p, Filter: f, Now: h.Now()}))
}

// export answers GET /org/keys.csv.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return httpx.CSVRows(w, "keys.csv", apikeyview.CSVHeader(ctx), func(write func([]string) error) error {
		return h.Keys.Export(ctx, httpx.Actor(r), filter(r), func(k apikey.Key) error { return write(apikeyview.CSVRow(ctx, k)) })
	})
}

func (h Handlers) anyones(r *http.Request) (apikey.Key, error) {
	id, err := number(r)
	if err != nil {
		return apikey.Key{}, err
	}
	return h.Keys.OneOf(r.Context(), httpx.Actor(r), id)
}

func (h Handlers) oneOf(w http.ResponseWriter, r *http.Request) error {
	k, err := h.anyones(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.One(k, true, h.Now()))
}

func (h Handlers) askRevokeOf(w http.ResponseWriter, r *http.Request) error {
	k, err := h.anyones(r)
	if err != nil {
		return err
	}
	if k.Status != apikey.Valid {
		return apikey.ErrEnded
	}
	return httpx.Render(w, r, http.StatusOK, apikeyview.RevokeOf(apikeyview.RevokePage{Key: k}))
}

func (h Handlers) revokeOf(w http.ResponseWriter, r *http.Request) error {
	k, err := h.anyones(r)
	if err != nil {
		return err
	}
	reason := r.PostFormValue("reason")
	err = h.Keys.RevokeOf(r.Context(), httpx.Actor(r), k.ID, reason)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, apikeyview.RevokeOf(apikeyview.RevokePage{Key: k, Reason: reason, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "apikey.flash.revoked_of")
	return httpx.See(w, r, "/org/keys")
}
