// Package orghttp shows organizations to the operator's staff.
package orghttp

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/orgview"
)

// Section is a further part of an organization's record, drawn by the feature
// it belongs to; nil draws nothing.
type Section func(r *http.Request, o org.Org) (templ.Component, error)

// Handlers answers /op/orgs.
type Handlers struct {
	Orgs     *org.Service
	Groups   *productgroup.Service
	Prefixes *gs1prefix.Service
	// Sections follow the facts of a record: letters, members, places.
	Sections []Section
	Now      clock.Clock
}

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/orgs", wrap(h.list))
	r.Get("/op/orgs.csv", wrap(h.export))
	r.Get("/op/orgs/{tin}", wrap(h.record))
}

// parameters of the list, in the order of its address.
var parameters = []string{"q", "status", "region", "group", "per", "after"}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if short, ok := shortened(q); ok {
		return httpx.See(w, r, short)
	}
	f := filter(q)
	groups, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	v := orgview.ListPage{Filter: f, Groups: groups.All(), Address: address(q)}
	v.Page, err = h.Orgs.List(r.Context(), httpx.Operator(r), f)
	if wrong, ok := httpx.Complaints(err); ok {
		v.Wrong, err = wrong, nil
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, orgview.List(v))
}

// filter reads the address; what cannot be read does not narrow.
func filter(q url.Values) org.Filter {
	st, _ := org.ParseStatus(q.Get("status"))
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	return org.Filter{
		Query: strings.TrimSpace(q.Get("q")), Status: st, Region: q.Get("region"), GroupID: int16(group),
		After: q.Get("after"), Size: page.Size(q.Get("per")),
	}
}

// shortened gives the address without its empty parameters, if it has some: a
// form sends all of its fields, a link should hold only what was filled in.
func shortened(q url.Values) (string, bool) {
	for _, vs := range q {
		if len(vs) == 0 || vs[0] == "" {
			return address(q)(), true
		}
	}
	return "", false
}

// address makes addresses of the list that keep what q holds, but for the given
// parameters ("status", "active"). A change of the filter begins at the start.
func address(q url.Values) func(changes ...string) string {
	return func(changes ...string) string {
		next := url.Values{}
		for _, name := range parameters {
			if v := q.Get(name); v != "" && (name != "after" || len(changes) == 0) {
				next.Set(name, v)
			}
		}
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i+1] == "" {
				next.Del(changes[i])
				continue
			}
			next.Set(changes[i], changes[i+1])
		}
		if len(next) == 0 {
			return "/op/orgs"
		}
		return "/op/orgs?" + next.Encode()
	}
}

// export sends the list as CSV while it is read.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	name, lang := httpx.FileName("organizations", h.Now(), ".csv"), i18n.From(ctx).Code()
	return httpx.CSVRows(w, name, orgview.ExportTitles(ctx), func(write func([]string) error) error {
		return h.Orgs.Export(ctx, httpx.Operator(r), filter(r.URL.Query()), func(l org.Listed) error {
			return write(orgview.ExportCells(ctx, lang, l))
		})
	})
}

func (h Handlers) record(w http.ResponseWriter, r *http.Request) error {
	ctx, op := r.Context(), httpx.Operator(r)
	o, err := h.Orgs.Record(ctx, op, chi.URLParam(r, "tin"))
	if err != nil {
		return err
	}
	v := orgview.RecordPage{Org: o}
	if v.Groups, err = h.Groups.OfOrg(ctx, op, o.ID); err != nil {
		return err
	}
	if v.Prefixes, err = h.Prefixes.OfOrg(ctx, op, o.ID); err != nil {
		return err
	}
	if op.Need(perm.OpAuditRead) == nil {
		if v.History, err = h.Orgs.History(ctx, op, o.ID); err != nil {
			return err
		}
	}
	for _, section := range h.Sections {
		c, err := section(r, o)
		if err != nil {
			return err
		}
		if c != nil {
			v.Sections = append(v.Sections, c)
		}
	}
	return httpx.Render(w, r, http.StatusOK, orgview.Record(v))
}
