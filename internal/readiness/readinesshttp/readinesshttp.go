// Package readinesshttp answers the operator's pages about where organizations
// stand with their set-up.
package readinesshttp

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/readiness"
	"kabinet/web/readinessview"
)

// Handlers answers /op/readiness.
type Handlers struct {
	Readiness *readiness.Service
	Groups    *productgroup.Service
	Sessions  *session.Manager
	Now       clock.Clock
}

// Staff mounts the pages.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	const root = readinessview.Root
	r.Get(root, wrap(h.overview))
	r.Get(root+".csv", wrap(h.export))
	r.Get(root+"/remind", wrap(h.ask))
	r.Post(root+"/remind", wrap(h.remind))
	r.Get(root+"/reminders/{id}", wrap(h.mailing))
}

// filter reads an address or a form; what cannot be read does not narrow.
func filter(q url.Values) readiness.Filter {
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	weeks, _ := strconv.Atoi(q.Get("weeks"))
	return readiness.Filter{
		Step: q.Get("step"), Region: q.Get("region"), Group: int16(group), Weeks: weeks, After: q.Get("after"), Size: page.Size(q.Get("per")),
	}.Clean()
}

func (h Handlers) overview(w http.ResponseWriter, r *http.Request) error {
	op, f := httpx.Operator(r), filter(r.URL.Query())
	o, err := h.Readiness.Overview(r.Context(), op, f)
	if err != nil {
		return err
	}
	v := readinessview.Page{Overview: o, Filter: f, MayRemind: op.Rights.Has(perm.OpLetterSend), Now: h.Now()}
	if v.Groups, err = h.Groups.Dictionary(r.Context()); err != nil {
		return err
	}
	if f.Step != "" {
		if v.List, err = h.Readiness.List(r.Context(), op, f); err != nil {
			return err
		}
	} else if v.Mailings, err = h.Readiness.Mailings(r.Context(), op); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, readinessview.Overview(v))
}

// export answers GET /op/readiness.csv: the organizations at a step, or without one
// how many there are at each.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	op, f := httpx.Operator(r), filter(r.URL.Query())
	name := httpx.FileName("readiness", h.Now(), ".csv")
	if f.Step == "" {
		o, err := h.Readiness.Overview(r.Context(), op, f)
		if err != nil {
			return err
		}
		return httpx.CSV(w, name, readinessview.Counts(r.Context(), o))
	}
	rows, err := h.Readiness.Export(r.Context(), op, f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, name, readinessview.Export(r.Context(), rows))
}

// ask answers GET /op/readiness/remind: how many would get a letter, and which.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	return h.sure(w, r, filter(r.URL.Query()), nil)
}

func (h Handlers) sure(w http.ResponseWriter, r *http.Request, f readiness.Filter, wrong *fault.Error) error {
	n, err := h.Readiness.Group(r.Context(), httpx.Operator(r), f)
	if err != nil {
		return err
	}
	groups, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	return httpx.Render(w, r, httpx.StatusOf(w, wrong), readinessview.Remind(readinessview.RemindPage{Filter: f, N: n, Groups: groups, Wrong: wrong}))
}

// remind answers POST /op/readiness/remind. A group that has grown is shown anew.
func (h Handlers) remind(w http.ResponseWriter, r *http.Request) error {
	f := filter(r.PostForm)
	counted, _ := strconv.ParseInt(r.PostFormValue("counted"), 10, 64)
	id, err := h.Readiness.Remind(r.Context(), httpx.Operator(r), f, counted)
	if wrong, ok := fault.As(err); ok && (wrong.Is(readiness.ErrGrown) || wrong.Is(readiness.ErrNobody)) {
		return h.sure(w, r, f, wrong)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "readiness.flash.reminding")
	return httpx.See(w, r, readinessview.MailingURL(id))
}

func (h Handlers) mailing(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 63)
	if err != nil || id <= 0 {
		return readiness.ErrNotFound
	}
	m, err := h.Readiness.Mailing(r.Context(), httpx.Operator(r), id)
	if err != nil {
		return err
	}
	groups, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, readinessview.Mailing(readinessview.MailingPage{Mailing: m, Groups: groups}))
}
