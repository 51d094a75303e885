package requesthttp

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/request"
	"kabinet/web/requestview"
)

// Staff mounts the queue.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/requests", wrap(h.queue))
	r.Get("/op/requests.csv", wrap(h.export))
	r.Get("/op/requests/{org}/{id}", wrap(h.item))
	r.Post("/op/requests/{org}/{id}", wrap(h.decide))
	r.Post("/op/requests/{org}/{id}/claim", wrap(h.claim))
	r.Get("/op/requests/{org}/{id}/document", wrap(h.documentFor))
}

// parameters of the queue, in the order of its address.
var parameters = []string{"status", "kind", "q", "per", "after"}

func (h Handlers) queue(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if short, ok := shortened(q); ok {
		return httpx.See(w, r, short)
	}
	f := filter(q)
	op := httpx.Operator(r)
	rows, err := h.Requests.List(r.Context(), op, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, requestview.Queue(requestview.QueuePage{
		Page: rows, Filter: f, Staff: op.StaffID, Now: h.Now(), Address: address(q),
	}))
}

// filter reads the address; what cannot be read does not narrow.
func filter(q url.Values) request.Filter {
	status, _ := request.ParseStatus(q.Get("status"))
	kind, _ := request.ParseKind(q.Get("kind"))
	return request.Filter{Status: status, Kind: kind, Query: strings.TrimSpace(q.Get("q")), After: q.Get("after"), Size: page.Size(q.Get("per"))}
}

// shortened gives the address without its empty parameters, if it has some: a
// form sends all of its fields, a link should hold only what was filled in.
func shortened(q url.Values) (string, bool) {
	for _, vs := range q {
		if len(vs) == 0 || vs[0] == "" {
			return address(q)("after", q.Get("after")), true
		}
	}
	return "", false
}

// address makes addresses of the queue that keep what q holds, but for the given
// parameters. A change of the filter begins at the start.
func address(q url.Values) func(changes ...string) string {
	return func(changes ...string) string {
		next := url.Values{}
		for _, name := range parameters {
			if v := q.Get(name); v != "" && name != "after" {
				next.Set(name, v)
			}
		}
		for i := 0; i+1 < len(changes); i += 2 {
			next.Set(changes[i], changes[i+1])
			if changes[i+1] == "" {
				next.Del(changes[i])
			}
		}
		if len(next) == 0 {
			return "/op/requests"
		}
		return "/op/requests?" + next.Encode()
	}
}

func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	items, err := h.Requests.Export(r.Context(), httpx.Operator(r), filter(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("requests", h.Now(), ".csv"), requestview.Export(r.Context(), items))
}

func (h Handlers) item(w http.ResponseWriter, r *http.Request) error {
	p, err := h.opened(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, requestview.Item(p))
}

// opened reads the request of the address for the desk.
func (h Handlers) opened(r *http.Request) (requestview.ItemPage, error) {
	orgID, id, err := whichOf(r)
	if err != nil {
		return requestview.ItemPage{}, err
	}
	op := httpx.Operator(r)
	o, err := h.Requests.Find(r.Context(), op, orgID, id)
	return requestview.ItemPage{Opened: o, Staff: op.StaffID, MayDecide: op.Need(perm.OpRequestDecide) == nil, Now: h.Now()}, err
}

// whichOf reads organization and request of the address.
func whichOf(r *http.Request) (orgID, id int64, err error) {
	if orgID, err = number(r, "org", request.ErrNotFound); err != nil {
		return 0, 0, err
	}
	id, err = number(r, "id", request.ErrNotFound)
	return orgID, id, err
}

// decide answers POST /op/requests/{org}/{id}: "check" shows what the applicant
// will read, "decide" decides, anything else shows the form again.
func (h Handlers) decide(w http.ResponseWriter, r *http.Request) error {
	p, err := h.opened(r)
	if err != nil {
		return err
	}
	if !p.MayDecide {
		return httpx.Operator(r).Need(perm.OpRequestDecide)
	}
	if p.Own {
		return request.ErrOwn
	}
	p.Decision = request.Decision{Verdict: r.PostFormValue("verdict"), Answer: r.PostFormValue("answer")}
	switch r.PostFormValue("act") {
	case "check":
		d, err := p.Decision.Open()
		if wrong, ok := httpx.Complaints(err); ok {
			p.Wrong = wrong
			return httpx.Render(w, r, http.StatusUnprocessableEntity, requestview.Item(p))
		}
		p.Decision = d
		return httpx.Render(w, r, http.StatusOK, requestview.Preview(p))
	case "decide":
		return h.decideNow(w, r, p)
	}
	return httpx.Render(w, r, http.StatusOK, requestview.Item(p))
}

func (h Handlers) decideNow(w http.ResponseWriter, r *http.Request, p requestview.ItemPage) error {
	op := httpx.Operator(r)
	err := h.Requests.Decide(r.Context(), op, p.OrgID, p.ID, p.Decision)
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, requestview.Item(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "request.flash."+p.Decision.Verdict, h.next(r.Context(), op))
}

// next is where staff go on after a decision: to the oldest request that waits,
// or to the queue when none does.
func (h Handlers) next(ctx context.Context, op actor.Operator) string {
	i, ok, err := h.Requests.Next(ctx, op)
	if err != nil || !ok {
		return "/op/requests"
	}
	return requestview.OpPath(i.OrgID, i.ID)
}

func (h Handlers) claim(w http.ResponseWriter, r *http.Request) error {
	orgID, id, err := whichOf(r)
	if err != nil {
		return err
	}
	if err := h.Requests.Claim(r.Context(), httpx.Operator(r), orgID, id); err != nil {
		return err
	}
	return httpx.See(w, r, requestview.OpPath(orgID, id))
}

func (h Handlers) documentFor(w http.ResponseWriter, r *http.Request) error {
	orgID, id, err := whichOf(r)
	if err != nil {
		return err
	}
	d, content, err := h.Requests.ReadFor(r.Context(), httpx.Operator(r), orgID, id)
	if err != nil {
		return err
	}
	return send(w, id, d, content)
}
