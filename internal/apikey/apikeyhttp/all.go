package apikeyhttp

import (
	"encoding/csv"
	"io"
	"net/http"
	"strings"

	"kabinet/internal/apikey"
	"kabinet/internal/core/cell"
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

// export answers GET /org/keys.csv for office programs (UTF-8 with its mark,
// semicolons; ux.md 5.2). The answer begins with the first row, so that a refusal
// before it is still a problem page.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	var out *csv.Writer
	begin := func() error {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="keys.csv"`)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, "\ufeff") // the reader is gone, if anything
		out = csv.NewWriter(w)
		out.Comma, out.UseCRLF = ';', true
		return out.Write(apikeyview.CSVHeader(r.Context()))
	}
	err := h.Keys.Export(r.Context(), httpx.Actor(r), filter(r), func(k apikey.Key) error {
		if out == nil {
			if err := begin(); err != nil {
				return err
			}
		}
		cells := apikeyview.CSVRow(r.Context(), k)
		for i, c := range cells {
			cells[i] = cell.Plain(c)
		}
		return out.Write(cells)
	})
	switch {
	case err != nil && out == nil:
		return err
	case err != nil:
		panic(http.ErrAbortHandler) // the reader must not take a part for the whole
	case out == nil:
		if err := begin(); err != nil {
			return err
		}
	}
	out.Flush()
	return nil
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
