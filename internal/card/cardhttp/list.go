package cardhttp

import (
	"context"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/savedview"
	"kabinet/web/cardview"
	"kabinet/web/edsview"
)

// ListHandlers are the pages of many cards: the list, acts on several, the shared
// catalogue.
type ListHandlers struct {
	Cards    *card.Service
	Groups   *productgroup.Service
	Views    *savedview.Service
	Sessions *session.Manager // keeps what the next page says was done
	EDS      edsview.Config
}

// Routes mounts the pages; all of them are the members'.
func (h ListHandlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/cards", wrap(h.list))
	r.Post("/cards/bulk", wrap(h.pick))
	r.Get("/cards/bulk/{act}", wrap(h.confirm))
	r.Post("/cards/bulk/challenge", wrap(h.challenge))
	r.Post("/cards/bulk/{act}", wrap(h.act))
	r.Get("/cards/bulk/results/{result}", wrap(h.result))
	r.Get("/catalogue", wrap(h.catalogue))
	r.Get("/catalogue/{card}", wrap(h.catalogued))
}

// CleanQuery gives the query of the list's address as the list itself writes it.
func (h ListHandlers) CleanQuery(ctx context.Context, q url.Values) string {
	return cardview.FilterQuery(cardview.FilterOf(ctx, q))
}

// QueryWords says in words what a query of the list asks for, a part each.
func (h ListHandlers) QueryWords(ctx context.Context, q url.Values) []string {
	d, _ := h.Groups.Dictionary(ctx) // without it groups have their numbers
	return cardview.ListPage{Filter: cardview.FilterOf(ctx, q), Groups: d.All()}.Words(ctx)
}

// list answers GET /cards. A form sends all of its fields; the address keeps those
// that were filled in. Without any the reader's own view opens.
func (h ListHandlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := cardview.FilterOf(r.Context(), q)
	for _, vs := range q {
		if vs[0] == "" {
			return httpx.See(w, r, cardview.FilterURL(f))
		}
	}
	chosen, err := h.Views.Of(r.Context(), httpx.Actor(r), cardview.ListName)
	if err != nil {
		return err
	}
	if v, opens := chosen.Opens(); opens && len(q) == 0 && v.Query != "" {
		return httpx.See(w, r, cardview.ListURL+"?"+v.Query)
	}
	l, err := h.page(r, f, chosen)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.List(l))
}

// page reads a page of the list for a reader who has chosen how to see it.
func (h ListHandlers) page(r *http.Request, f card.Filter, chosen savedview.Choices) (l cardview.ListPage, err error) {
	l.Filter, l.Choices = f, chosen
	if l.Page, err = h.Cards.Find(r.Context(), httpx.Actor(r), f); err != nil {
		return l, err
	}
	l.Groups, err = h.groups(r)
	return l, err
}

// groups are the product groups of the reader.
func (h ListHandlers) groups(r *http.Request) ([]productgroup.Group, error) {
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

// errNothing is the complaint about a form with which no card came.
var errNothing = fault.New(fault.Invalid, "card.list.nothing_chosen").On("cards")

// needs refuses who may not do an act at all.
func needs(r *http.Request, a cardview.BulkAct) error {
	for _, right := range []perm.Code{perm.CardRead, a.Need()} {
		if err := httpx.Actor(r).Need(right); err != nil {
			return err
		}
	}
	return nil
}
