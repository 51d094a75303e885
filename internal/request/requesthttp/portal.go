// Package requesthttp answers the pages about requests to the operator: for
// members beside what they are about, for staff the queue.
package requesthttp

import (
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/request"
	"kabinet/web/requestview"
)

// Handlers answers /org/groups/{id}/issuer, /org/gs1/new, /org/gs1/requests and
// /op/requests.
type Handlers struct {
	Requests *request.Service
	Groups   *productgroup.Service
	Sessions *session.Manager
	Now      clock.Clock
}

// UploadPath takes documents.
const UploadPath = "/org/gs1/new"

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/groups/{group}/issuer", wrap(h.issuer))
	r.Post("/org/groups/{group}/issuer", wrap(h.askIssuer))
	r.Get("/org/groups/{group}/issuer/withdraw", wrap(h.askWithdraw))
	r.Post("/org/groups/{group}/issuer/withdraw", wrap(h.withdraw))
	r.Get(UploadPath, wrap(h.number))
	r.Post(UploadPath, wrap(h.askNumber))
	r.Get("/org/gs1/requests", wrap(toNumbers))
	r.Get("/org/gs1/requests/{id}", wrap(h.show))
	r.Get("/org/gs1/requests/{id}/document", wrap(h.document))
	r.Get("/org/gs1/requests/{id}/withdraw", wrap(h.askWithdraw))
	r.Post("/org/gs1/requests/{id}/withdraw", wrap(h.withdraw))
}

// OfGroup draws what was asked about a group, in the record of the group.
func (h Handlers) OfGroup(r *http.Request, g productgroup.OrgGroup) (templ.Component, error) {
	a := httpx.Actor(r)
	past, err := h.Requests.Of(r.Context(), a, strconv.Itoa(int(g.Group.ID)), request.Issuer)
	if err != nil {
		return nil, err
	}
	return requestview.OfGroup(g, past, a.Need(perm.GroupManage) == nil), nil
}

// OfNumbers draws what was asked about prefixes, on their page; nothing when
// nothing was asked.
func (h Handlers) OfNumbers(r *http.Request) (templ.Component, error) {
	rs, err := h.Requests.Of(r.Context(), httpx.Actor(r), "", request.Prefix, request.GTIN)
	if err != nil || len(rs) == 0 {
		return nil, err
	}
	return requestview.OfNumbers(rs), nil
}

// toNumbers leads the list's own address to the page it stands on.
func toNumbers(w http.ResponseWriter, r *http.Request) error {
	return httpx.See(w, r, "/org/gs1#requests")
}

func (h Handlers) issuer(w http.ResponseWriter, r *http.Request) error {
	return h.issuerPage(w, r, http.StatusOK, requestview.IssuerPage{})
}

func (h Handlers) issuerPage(w http.ResponseWriter, r *http.Request, status int, p requestview.IssuerPage) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.GroupManage); err != nil {
		return err
	}
	id, err := number(r, "group", productgroup.ErrNotFound)
	if err != nil {
		return err
	}
	record, err := h.Groups.Get(r.Context(), a, int16(id)) //nolint:gosec // G115: number bounds it
	if err != nil {
		return err
	}
	p.Group = record.OrgGroup
	p.Past, err = h.Requests.Of(r.Context(), a, strconv.FormatInt(id, 10), request.Issuer)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, requestview.Issuer(p))
}

func (h Handlers) askIssuer(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "group", productgroup.ErrNotFound)
	if err != nil {
		return err
	}
	about := r.PostFormValue("about")
	_, err = h.Requests.AskIssuer(r.Context(), httpx.Actor(r), int16(id), about) //nolint:gosec // G115: number bounds it
	if wrong, ok := httpx.Complaints(err); ok {
		return h.issuerPage(w, r, httpx.ProblemOf(err).Status, requestview.IssuerPage{About: about, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "request.flash.opened", "/org/groups/"+strconv.FormatInt(id, 10)+"/issuer")
}

// number answers GET /org/gs1/new; kind and number may stand in the address.
func (h Handlers) number(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.GroupManage); err != nil {
		return err
	}
	q := r.URL.Query()
	d := request.NumberDraft{Kind: q.Get("kind"), Number: q.Get("number")}
	return httpx.Render(w, r, http.StatusOK, requestview.Number(requestview.NumberPage{Draft: d}))
}

// askNumber answers POST /org/gs1/new. The right is asked for before the file is
// read.
func (h Handlers) askNumber(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.GroupManage); err != nil {
		return err
	}
	form, err := receive(w, r)
	if form != nil {
		defer form.close()
	}
	var id int64
	if err == nil {
		id, err = h.Requests.AskNumber(r.Context(), a, form.draft, form.upload)
	}
	if wrong, ok := httpx.Complaints(err); ok {
		p := requestview.NumberPage{Wrong: wrong}
		if form != nil {
			p.Draft = form.draft
		}
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, requestview.Number(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "request.flash.opened", "/org/gs1/requests/"+strconv.FormatInt(id, 10))
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	x, err := h.one(r)
	if err != nil {
		return err
	}
	p := requestview.ShowPage{Request: x, MayWithdraw: httpx.Actor(r).Need(perm.GroupManage) == nil}
	return httpx.Render(w, r, http.StatusOK, requestview.Show(p))
}

// one reads the request of the address: by its number, or the open one about the
// issuer flag of a group.
func (h Handlers) one(r *http.Request) (request.Request, error) {
	if chi.URLParam(r, "group") != "" {
		return h.openIssuer(r)
	}
	id, err := number(r, "id", request.ErrNotFound)
	if err != nil {
		return request.Request{}, err
	}
	x, err := h.Requests.Get(r.Context(), httpx.Actor(r), id)
	if err == nil && x.Kind == request.Issuer {
		return request.Request{}, request.ErrNotFound // it has its own page, with its group
	}
	return x, err
}

func (h Handlers) openIssuer(r *http.Request) (request.Request, error) {
	rs, err := h.Requests.Of(r.Context(), httpx.Actor(r), chi.URLParam(r, "group"), request.Issuer)
	switch {
	case err != nil:
		return request.Request{}, err
	case len(rs) == 0:
		return request.Request{}, request.ErrNotFound
	}
	return rs[0], nil
}

func (h Handlers) document(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", request.ErrNotFound)
	if err != nil {
		return err
	}
	d, content, err := h.Requests.Read(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return send(w, id, d, content)
}

// askWithdraw answers GET …/withdraw.
func (h Handlers) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.GroupManage); err != nil {
		return err
	}
	x, err := h.one(r)
	switch {
	case err != nil:
		return err
	case x.Status != request.Open:
		return request.ErrDecided
	}
	return httpx.Render(w, r, http.StatusOK, requestview.Withdraw(x))
}

func (h Handlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	x, err := h.one(r)
	if err != nil {
		return err
	}
	if err := h.Requests.Withdraw(r.Context(), httpx.Actor(r), x.ID); err != nil {
		return err
	}
	return h.done(w, r, "request.flash.withdrawn", x.Path())
}

// send hands a document out.
func send(w http.ResponseWriter, id int64, d request.Document, content io.Reader) error {
	return httpx.Download(w, "document-"+strconv.FormatInt(id, 10)+d.Extension(), d.MediaType, d.Size, content)
}

// number reads a part of the address; what is no number names nothing. Numbers
// of groups fit into 16 bits.
func number(r *http.Request, part string, missing error) (int64, error) {
	bits := 63
	if part == "group" {
		bits = 16
	}
	n, err := strconv.ParseInt(chi.URLParam(r, part), 10, bits)
	if err != nil || n <= 0 {
		return 0, missing
	}
	return n, nil
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}
