// Package documenthttp answers the pages of documents.
package documenthttp

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/document"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/web/documentview"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Handlers are the pages of documents.
type Handlers struct {
	Documents *document.Service
	Groups    *productgroup.Service
	Sessions  *session.Manager // keeps what the next page says was done
	EDS       edsview.Config
	Now       clock.Clock // for periods; deadlines are told by the database's
	// Beside leads to other pages about documents; nil where there are none.
	Beside func(*http.Request) ([]ui.Action, error)
}

// Routes mounts the pages; all of them are the members'.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/documents", wrap(h.list))
	r.Get("/documents.csv", wrap(h.csv))
	r.Get("/documents.xlsx", wrap(h.xlsx))
	r.Post("/documents/pick", wrap(h.pick))
	r.Get("/documents/answer", wrap(h.ask))
	r.Post("/documents/answer", wrap(h.answer))
	r.Post("/documents/answer/challenge", wrap(h.challenge))
	r.Get("/documents/{id}", wrap(h.show))
	r.Get("/documents/{id}/codes.csv", wrap(h.codes))
	r.Get("/documents/{id}/lines.csv", wrap(h.lines))
	r.Get("/documents/{id}/versions/{n}.json", wrap(h.version))
	r.Get("/documents/{id}/signatures/{signature}", wrap(h.signature))
	r.Get("/documents/{id}/signatures/{signature}/signed.txt", wrap(h.signed))
	r.Get("/documents/{id}/signatures/{signature}/container.p7s", wrap(h.container))
}

// list answers GET /documents. A form sends all of its fields; the address keeps
// those that were filled in.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := documentview.FilterOf(q, h.Now())
	for _, vs := range q {
		if vs[0] == "" {
			return httpx.See(w, r, documentview.FilterURL(f, h.Now()))
		}
	}
	l, err := h.page(r, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, documentview.List(l))
}

// page reads a page of the list.
func (h Handlers) page(r *http.Request, f document.Filter) (l documentview.ListPage, err error) {
	ctx, a := r.Context(), httpx.Actor(r)
	l.Filter, l.Now = f, h.Now()
	if l.Page, err = h.Documents.Find(ctx, a, f); err != nil {
		return l, err
	}
	if l.Sources, err = h.Documents.Sources(ctx, a); err != nil {
		return l, err
	}
	if len(l.Page.Rows) == 0 && !f.Narrowed() {
		has, err := document.Has(ctx, h.Documents.DB, a.OrgID)
		if err != nil {
			return l, err
		}
		l.Empty = !has
	}
	if h.Beside != nil {
		if l.Beside, err = h.Beside(r); err != nil {
			return l, err
		}
	}
	l.Groups, err = h.groups(r)
	return l, err
}

// groups are the product groups of the reader.
func (h Handlers) groups(r *http.Request) ([]productgroup.Group, error) {
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return nil, err
	}
	scope := httpx.Actor(r).Scope
	var groups []productgroup.Group
	for _, g := range d.All() {
		if scope.HasGroup(g.ID) {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// export reads what a file holds.
func (h Handlers) export(r *http.Request) (titles []string, rows [][]any, err error) {
	ctx, a := r.Context(), httpx.Actor(r)
	ds, err := h.Documents.Export(ctx, a, documentview.FilterOf(r.URL.Query(), h.Now()))
	if err != nil {
		return nil, nil, err
	}
	sources, err := h.Documents.Sources(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	titles, rows = documentview.FileRows(ctx, ds, sources)
	return titles, rows, nil
}

func (h Handlers) csv(w http.ResponseWriter, r *http.Request) error {
	titles, rows, err := h.export(r)
	if err != nil {
		return err
	}
	return httpx.CSVRows(w, httpx.FileName("documents", h.Now(), ".csv"), titles, func(write func([]string) error) error {
		for _, row := range rows {
			texts := make([]string, len(row))
			for i, v := range row {
				texts[i] = text(v)
			}
			if err := write(texts); err != nil {
				return err
			}
		}
		return nil
	})
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return ui.CellSum(int64(math.Round(v * 100)))
	case time.Time:
		return ui.CellTime(v)
	}
	return ""
}

func (h Handlers) xlsx(w http.ResponseWriter, r *http.Request) error {
	titles, rows, err := h.export(r)
	if err != nil {
		return err
	}
	head := make([]any, len(titles))
	for i, t := range titles {
		head[i] = t
	}
	about := i18n.T(r.Context(), "layout.nav.documents") + ", " + httpx.Identity(r).OrgNames.In(i18n.From(r.Context()).Code()) + ", " + ui.DateTime(h.Now())
	return httpx.XLSX(w, httpx.FileName("documents", h.Now(), ".xlsx"), about, append([][]any{head}, rows...))
}

// pick answers POST /documents/pick: what was selected in the list goes on to the
// page that asks. With nothing selected the list comes back and says so.
func (h Handlers) pick(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.DocAccept); err != nil {
		return err
	}
	act := document.Act(r.PostFormValue(documentview.ActName))
	if act != document.Accept && act != document.Reject {
		return httpx.ErrNotFound
	}
	var ids []int64
	for _, v := range r.PostForm["id"] {
		ids = append(ids, documentview.SplitIDs(v)...)
	}
	if len(ids) > 0 && len(ids) <= document.MaxAtOnce {
		return httpx.See(w, r, documentview.AnswerPage(act, ids...))
	}
	in, _ := url.ParseQuery(r.PostFormValue(documentview.InName))
	l, err := h.page(r, documentview.FilterOf(in, h.Now()))
	if err != nil {
		return err
	}
	wrong := document.ErrNothing
	if len(ids) > 0 {
		wrong = document.ErrMany
	}
	l.Wrong = fault.Complaints{{Field: "documents", Key: wrong.Key, Args: wrong.Args}}
	return httpx.Render(w, r, http.StatusUnprocessableEntity, documentview.List(l))
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
