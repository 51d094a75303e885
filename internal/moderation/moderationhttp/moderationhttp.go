// Package moderationhttp serves the operator's desk for product cards.
package moderationhttp

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/web/moderationview"
)

// Handlers are the pages of the desk and of the library of reasons.
type Handlers struct {
	Desk     *moderation.Service
	Cards    *card.Service // opens photos
	Groups   *productgroup.Service
	Sessions *session.Manager
	Now      clock.Clock
}

// Staff mounts the pages.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/cards", wrap(h.queue))
	r.Get("/op/cards.csv", wrap(h.export))
	r.Post("/op/cards/next", wrap(h.next))
	r.Post("/op/cards/pass", wrap(h.pass))
	r.Get("/op/cards/stats", wrap(h.stats))
	r.Get("/op/cards/stats.csv", wrap(h.exportStats))
	r.Get("/op/cards/{card}", wrap(h.item))
	r.Post("/op/cards/{card}/claim", wrap(h.claim))
	r.Post("/op/cards/{card}/put-back", wrap(h.putBack))
	r.Get("/op/cards/{card}/publish", wrap(h.askPublish))
	r.Post("/op/cards/{card}/publish", wrap(h.publish))
	r.Get("/op/cards/{card}/return", wrap(h.askReturn))
	r.Post("/op/cards/{card}/return", wrap(h.giveBack))
	r.Get("/op/cards/{card}/photos/{photo}", wrap(h.photo(card.Full)))
	r.Get("/op/cards/{card}/photos/{photo}/thumb", wrap(h.photo(card.Small)))
	r.Get("/op/cards/{card}/photos/{photo}/view", wrap(h.view))
	r.Get("/op/dictionaries/reasons", wrap(h.reasons))
	r.Get("/op/dictionaries/reasons/new", wrap(h.blankReason))
	r.Post("/op/dictionaries/reasons/new", wrap(h.addReason))
	r.Get("/op/dictionaries/reasons/{id}", wrap(h.reason))
	r.Post("/op/dictionaries/reasons/{id}", wrap(h.changeReason))
}

func mayDecide(op actor.Operator) bool { return op.Need(perm.OpCardModerate) == nil }

func (h Handlers) queue(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := filter(q)
	if blank(q) {
		return httpx.See(w, r, moderationview.ListURL(f))
	}
	p, err := h.listed(r, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Queue(p))
}

// listed reads a page of the queue with all that stands on it.
func (h Handlers) listed(r *http.Request, f moderation.Filter) (p moderationview.QueuePage, err error) {
	op := httpx.Operator(r)
	p = moderationview.QueuePage{Filter: f, Staff: op.StaffID, MayDecide: mayDecide(op), Now: h.Now()}
	if p.Page, err = h.Desk.List(r.Context(), op, f); err != nil {
		return p, err
	}
	if p.MayDecide {
		if p.Colleagues, err = h.Desk.Colleagues(r.Context(), op); err != nil {
			return p, err
		}
	}
	d, err := h.Groups.Dictionary(r.Context())
	p.Groups = d.All()
	return p, err
}

// filter reads the address; what cannot be read does not narrow.
func filter(q url.Values) moderation.Filter {
	f := moderation.Filter{
		Query: strings.TrimSpace(q.Get("q")), TIN: strings.TrimSpace(q.Get("tin")),
		Group: groupID(q.Get("group")), After: q.Get("after"), Size: page.Size(q.Get("per")),
	}
	switch h := moderation.Hands(q.Get("hands")); h {
	case moderation.Mine, moderation.Free:
		f.Hands = h
	case moderation.Anybody:
	}
	switch d := moderation.Due(q.Get("due")); d {
	case moderation.Late, moderation.Today:
		f.Due = d
	case moderation.Whenever:
	}
	return f
}

func groupID(s string) int16 {
	id, err := strconv.ParseInt(s, 10, 16)
	if err != nil || id < 0 {
		return 0
	}
	return int16(id)
}

// blank reports whether the address holds empty parameters: a form sends all of
// its fields, a link should hold only what was filled in.
func blank(q url.Values) bool {
	for _, vs := range q {
		if len(vs) == 0 || vs[0] == "" {
			return true
		}
	}
	return false
}

func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	items, err := h.Desk.Export(r.Context(), httpx.Operator(r), filter(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("moderation", h.Now(), ".csv"), moderationview.Export(r.Context(), items))
}

func (h Handlers) stats(w http.ResponseWriter, r *http.Request) error {
	days, _ := strconv.Atoi(r.URL.Query().Get("days")) // nothing is the usual period
	s, err := h.Desk.Stats(r.Context(), httpx.Operator(r), days)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Stats(moderationview.StatsPage{Stats: s, Period: moderation.Period(days)}))
}

func (h Handlers) exportStats(w http.ResponseWriter, r *http.Request) error {
	days, _ := strconv.Atoi(r.URL.Query().Get("days"))
	s, err := h.Desk.Stats(r.Context(), httpx.Operator(r), days)
	if err != nil {
		return err
	}
	name := httpx.FileName("moderation_stats", h.Now(), ".csv")
	return httpx.CSV(w, name, moderationview.ExportStats(r.Context(), s, r.URL.Query().Get("table")))
}

// which reads the card of the address.
func which(r *http.Request) (moderation.Ref, error) {
	ref, ok := moderation.ParseRef(chi.URLParam(r, "card"))
	if !ok {
		return moderation.Ref{}, card.ErrNotFound
	}
	return ref, nil
}

func (h Handlers) done(w http.ResponseWriter, r *http.Request, flash, to string) error {
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, to)
}

func (h Handlers) warned(w http.ResponseWriter, r *http.Request, flash, to string) error {
	h.Sessions.Put(r.Context(), "flash.tone", "warn")
	return h.done(w, r, flash, to)
}
