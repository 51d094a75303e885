// Package aichttp answers the pages about codes of aggregated customs goods.
package aichttp

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/aic"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/web/aicview"
	"kabinet/web/edsview"
)

// Handlers are the pages under /aics.
type Handlers struct {
	AICs     *aic.Service
	Groups   *productgroup.Service
	Sessions *session.Manager // keeps what the next page says was done
	EDS      edsview.Config
	Now      clock.Clock
}

// Routes mounts the pages; all of them are the members'.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/aics", wrap(h.list))
	r.Get("/aics.csv", wrap(h.export))
	r.Get("/aics/disband", wrap(h.ask))
	r.Post("/aics/disband/challenge", wrap(h.challenge))
	r.Post("/aics/disband", wrap(h.disband))
	r.Get("/aics/{id}", wrap(h.show))
	r.Get("/aics/{id}/codes.csv", wrap(h.codes))
}

// list answers GET /aics. A form sends all of its fields; the address keeps those
// that were filled in.
func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	f := aicview.FilterOf(r.URL.Query())
	for _, vs := range r.URL.Query() {
		if vs[0] == "" {
			return httpx.See(w, r, aicview.FilterURL(f))
		}
	}
	return h.draw(w, r, http.StatusOK, f, nil)
}

func (h Handlers) draw(w http.ResponseWriter, r *http.Request, status int, f aic.Filter, wrong fault.Complaints) error {
	p, err := h.AICs.Find(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	l := aicview.ListPage{Filter: f, Page: p, Now: h.Now(), Wrong: wrong}
	if l.Groups, err = h.groups(r); err != nil {
		return err
	}
	return httpx.Render(w, r, status, aicview.List(l))
}

// groups are those of AICs that are the reader's.
func (h Handlers) groups(r *http.Request) (groups []productgroup.Group, err error) {
	d, err := h.Groups.Dictionary(r.Context())
	for _, id := range []int16{aic.Pharma, aic.Medicals} {
		if g, ok := d.Find(id); ok && httpx.Actor(r).Scope.HasGroup(id) {
			groups = append(groups, g)
		}
	}
	return groups, err
}

// export answers GET /aics.csv with what the filter of the list shows.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	all, err := h.AICs.Export(r.Context(), httpx.Actor(r), aicview.FilterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("aics", h.Now(), ".csv"), aicview.Rows(r.Context(), all, h.Now()))
}

// show answers GET /aics/{id}.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := aic.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	p := aicview.RecordPage{Now: h.Now()}
	if p.Record, err = h.AICs.Get(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	if g, ok := d.Find(p.GroupID); ok {
		p.Group = g.Name(i18n.From(r.Context()).Code())
	}
	return httpx.Render(w, r, http.StatusOK, aicview.Show(p))
}

// codes answers GET /aics/{id}/codes.csv with what is inside.
func (h Handlers) codes(w http.ResponseWriter, r *http.Request) error {
	id, err := aic.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	titles := []string{i18n.T(ctx, "aic.csv.gtin"), i18n.T(ctx, "aic.csv.code")}
	return httpx.CSVRows(w, "aic-codes.csv", titles, func(write func([]string) error) error {
		return h.AICs.Codes(ctx, httpx.Actor(r), id, func(g gs1.GTIN, c marking.Code) error { return write([]string{string(g), string(c)}) })
	})
}

// ask answers GET /aics/disband?id=…: what becomes free, and what is signed. With
// nothing selected the list comes back and says so.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.DocAIC); err != nil {
		return err
	}
	return h.review(w, r, aicview.IDs(r.URL.Query()[aicview.IDsName]), nil)
}

// review shows what would be disbanded, and why nothing was just now.
func (h Handlers) review(w http.ResponseWriter, r *http.Request, ids []int64, trouble *fault.Error) error {
	plan, err := h.AICs.Preview(r.Context(), httpx.Actor(r), ids)
	if wrong, complained := httpx.Complaints(err); complained {
		return h.draw(w, r, http.StatusUnprocessableEntity, aicview.FilterOf(nil), wrong)
	}
	if err != nil {
		return err
	}
	if len(plan.AICs) == 0 && len(plan.Left) == 1 && !errors.Is(plan.Left[0].Why, aic.ErrState) {
		return plan.Left[0].Why
	}
	p := aicview.DisbandPage{Plan: plan, Trouble: trouble, Panel: aicview.Panel(r.Context(), h.EDS, ids)}
	if p.Statement != "" && len(p.Left) == 0 {
		httpx.AllowConnect(w, h.EDS.Endpoints()...)
	}
	status := http.StatusOK
	if trouble != nil {
		problem := httpx.ProblemOf(trouble)
		problem.Later(w)
		status = problem.Status
	}
	return httpx.Render(w, r, status, aicview.Disband(p))
}

// challenge answers POST /aics/disband/challenge?id=… with the text to sign.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	c, err := h.AICs.Challenge(r.Context(), httpx.Actor(r), aicview.IDs(r.URL.Query()[aicview.IDsName]))
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// disband answers POST /aics/disband. A signature that is not accepted, or an AIC
// that changed since it was shown, leads back to the page that asks.
func (h Handlers) disband(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.DocAIC); err != nil {
		return err
	}
	ids := aicview.IDs(r.PostForm[aicview.IDsName])
	done, err := h.AICs.Disband(r.Context(), httpx.Actor(r), ids, aic.Signed{
		Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7"),
	})
	f, ok := fault.As(err)
	switch {
	case ok && f.Kind != fault.Internal && f.Kind != fault.NotFound && f.Kind != fault.Forbidden:
		return h.review(w, r, ids, f)
	case err != nil:
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "aic.flash.disbanded")
	if len(done) == 1 {
		return httpx.See(w, r, aicview.URL(done[0].ID))
	}
	return httpx.See(w, r, aicview.ListURL)
}
