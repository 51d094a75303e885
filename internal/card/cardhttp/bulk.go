package cardhttp

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// pick answers POST /cards/bulk: what was selected in the list goes on to the page
// that asks. With nothing selected the list comes back and says so.
func (h ListHandlers) pick(w http.ResponseWriter, r *http.Request) error {
	what, err := actOf(r.PostFormValue("act"))
	if err != nil {
		return err
	}
	if err := needs(r, what); err != nil {
		return err
	}
	in, _ := url.ParseQuery(r.PostFormValue(cardview.InName))
	f := cardview.FilterOf(r.Context(), in)
	q := url.Values{cardview.InName: {cardview.FilterQuery(f)}}
	ids := ticked(r.PostForm["id"])
	switch {
	case r.PostFormValue("all") == "yes":
		q.Set("all", "yes")
	case len(ids) == 0:
		return h.nothing(w, r, f)
	default:
		q.Set(cardview.IDsName, cardview.JoinIDs(ids))
	}
	if what != cardview.BulkExport {
		return httpx.See(w, r, cardview.ActURL(what)+"?"+q.Encode())
	}
	if !q.Has("all") {
		f = card.Filter{IDs: ids, Tab: f.Tab, Order: f.Order, Size: f.Size}
	}
	return httpx.See(w, r, cardview.ExportURL(f))
}

// nothing shows the list again: no card was selected.
func (h ListHandlers) nothing(w http.ResponseWriter, r *http.Request, f card.Filter) error {
	chosen, err := h.Views.Of(r.Context(), httpx.Actor(r), cardview.ListName)
	if err != nil {
		return err
	}
	l, err := h.page(r, f, chosen)
	if err != nil {
		return err
	}
	l.Wrong, _ = httpx.Complaints(errNothing)
	return httpx.Render(w, r, http.StatusUnprocessableEntity, cardview.List(l))
}

// ticked are the ids of the boxes that were ticked; a list shows at most 100.
func ticked(values []string) []int64 {
	var ids []int64
	for _, v := range values[:min(len(values), card.MaxAtOnce)] {
		ids = append(ids, cardview.SplitIDs(v)...)
	}
	return ids
}

func actOf(name string) (cardview.BulkAct, error) {
	if a := cardview.BulkAct(name); slices.Contains(cardview.BulkActs(), a) {
		return a, nil
	}
	return "", httpx.ErrNotFound
}

// asked is the act that the address names, for who may do it.
func asked(r *http.Request) (cardview.BulkAct, error) {
	a, err := actOf(chi.URLParam(r, "act"))
	if err == nil && a == cardview.BulkExport {
		err = httpx.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return a, needs(r, a)
}

// confirm answers GET /cards/bulk/{act}: what will be done, with which cards, and
// which are left out. What a filter chooses is looked up again.
func (h ListHandlers) confirm(w http.ResponseWriter, r *http.Request) error {
	what, err := asked(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	in, _ := url.ParseQuery(q.Get(cardview.InName))
	p := cardview.BulkPage{Act: what, Ticket: rand.Text()}
	f := cardview.FilterOf(r.Context(), in)
	p.In = cardview.FilterQuery(f)
	sel := card.Selection{IDs: cardview.SplitIDs(q.Get(cardview.IDsName)), All: q.Get("all") == "yes", Filter: f}
	return h.ask(w, r, http.StatusOK, p, sel)
}

// ask draws the page that asks about an act on a selection.
func (h ListHandlers) ask(w http.ResponseWriter, r *http.Request, status int, p cardview.BulkPage, sel card.Selection) error {
	if len(sel.IDs) == 0 && !sel.All {
		return h.nothing(w, r, filterIn(r, p.In))
	}
	cards, missing, err := h.Cards.Chosen(r.Context(), httpx.Actor(r), sel)
	if err != nil {
		return err
	}
	p.Fit, p.Left = card.Apart(httpx.Actor(r), actsOf(p.Act), cards, missing)
	if p.Act == cardview.BulkSend {
		if err := h.weigh(w, r, &p); err != nil {
			return err
		}
	}
	if len(p.Fit) == 0 {
		p.Wrong = nil // there is no form to complain about
	}
	return httpx.Render(w, r, status, cardview.Bulk(p))
}

func filterIn(r *http.Request, in string) card.Filter {
	q, _ := url.ParseQuery(in)
	return cardview.FilterOf(r.Context(), q)
}

// actsOf is the act on a card that an act on many is.
func actsOf(a cardview.BulkAct) card.Act {
	switch a {
	case cardview.BulkSend:
		return card.Send
	case cardview.BulkBlock:
		return card.Block
	case cardview.BulkArchive:
		return card.Archive
	}
	return card.Edit
}

// errManySent is the trouble with more cards than one signature sends.
var errManySent = fault.New(fault.Invalid, "card.bulk.many_sent", "max", card.MaxAtOnce)

// weigh sorts out what can be sent, and puts what is signed onto the page.
func (h ListHandlers) weigh(w http.ResponseWriter, r *http.Request, p *cardview.BulkPage) error {
	if len(p.Fit) == 0 {
		return nil
	}
	if len(p.Fit) > card.MaxAtOnce {
		p.Trouble = errManySent
		return nil
	}
	ids := make([]int64, len(p.Fit))
	for i, c := range p.Fit {
		ids[i] = c.ID
	}
	s, err := h.Cards.Check(r.Context(), httpx.Actor(r), ids)
	if err != nil {
		return err
	}
	p.Fit, p.Statement = nil, s.Statement
	for _, c := range s.Cards {
		p.Fit = append(p.Fit, c.Card)
	}
	p.Left = append(p.Left, card.SkippedOf(s.Left)...)
	if p.Statement == "" {
		return nil
	}
	p.Panel = cardview.SendPanel(r.Context(), h.EDS, idsOf(p.Fit), p.In, p.Ticket)
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return nil
}

func idsOf(cards []card.Card) []int64 {
	ids := make([]int64, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	return ids
}

// challenge answers POST /cards/bulk/challenge with the text to sign.
func (h ListHandlers) challenge(w http.ResponseWriter, r *http.Request) error {
	c, _, err := h.Cards.Challenge(r.Context(), httpx.Actor(r), cardview.SplitIDs(r.URL.Query().Get(cardview.IDsName)))
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// act answers POST /cards/bulk/{act} and leads to what became of each card.
func (h ListHandlers) act(w http.ResponseWriter, r *http.Request) error {
	what, err := asked(r)
	if err != nil {
		return err
	}
	p := cardview.BulkPage{
		Act: what, Ticket: r.PostFormValue(cardview.TicketName), In: cardview.FilterQuery(filterIn(r, r.PostFormValue(cardview.InName))),
		Country: r.PostFormValue(card.FieldCountry), Reason: r.PostFormValue(cardview.ReasonName),
	}
	ids := cardview.SplitIDs(r.PostFormValue(cardview.IDsName))
	id, err := h.do(r, p, ids)
	if f, ok := fault.As(err); ok && what == cardview.BulkSend && tellable(f) {
		p.Trouble = f
		return h.ask(w, r, statusOf(w, f), p, card.Selection{IDs: ids})
	}
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return h.ask(w, r, http.StatusUnprocessableEntity, p, card.Selection{IDs: ids})
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, cardview.ResultURL(id)+"?"+url.Values{cardview.InName: {p.In}}.Encode())
}

// tellable reports whether a refusal of a signature is told on the page that asks
// for it.
func tellable(f *fault.Error) bool {
	return f.Kind != fault.Internal && f.Kind != fault.NotFound && f.Kind != fault.Forbidden
}

// do does the act once for each form.
func (h ListHandlers) do(r *http.Request, p cardview.BulkPage, ids []int64) (string, error) {
	ctx, a := r.Context(), httpx.Actor(r)
	one := func(ids []int64) (card.Result, error) { return h.Cards.Archive(ctx, a, ids) }
	switch p.Act {
	case cardview.BulkSend:
		one = func(ids []int64) (card.Result, error) {
			return h.Cards.Send(ctx, a, ids, card.Signed{Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7")})
		}
	case cardview.BulkCountry:
		one = func(ids []int64) (card.Result, error) { return h.Cards.SetCountry(ctx, a, ids, p.Country) }
	case cardview.BulkBlock:
		one = func(ids []int64) (card.Result, error) { return h.Cards.Block(ctx, a, ids, p.Reason) }
	}
	return h.Cards.Many(ctx, a, string(p.Act), p.Ticket, ids, one)
}

// result answers GET /cards/bulk/results/{result}. Cards of which the country was
// filled in can be signed and sent right there.
func (h ListHandlers) result(w http.ResponseWriter, r *http.Request) error {
	b, err := h.Cards.Bulk(r.Context(), httpx.Actor(r), chi.URLParam(r, "result"))
	if err != nil {
		return err
	}
	p := cardview.BulkResult{Bulk: b, In: cardview.FilterQuery(filterIn(r, r.URL.Query().Get(cardview.InName)))}
	first := card.Selection{IDs: b.Done[:min(len(b.Done), cardview.NamedCards)]}
	if p.First, _, err = h.Cards.Chosen(r.Context(), httpx.Actor(r), first); err != nil {
		return err
	}
	if err := h.sendNext(w, r, &p); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Result(p))
}

// sendNext puts onto a result what may be signed and sent next.
func (h ListHandlers) sendNext(w http.ResponseWriter, r *http.Request, p *cardview.BulkResult) error {
	n := len(p.Done)
	if p.Act != string(cardview.BulkCountry) || n == 0 || n > card.MaxAtOnce || httpx.Actor(r).Need(perm.CardPublish) != nil {
		return nil
	}
	s, err := h.Cards.Check(r.Context(), httpx.Actor(r), p.Done)
	if err != nil || s.Statement == "" {
		return err
	}
	ids := make([]int64, len(s.Cards))
	for i, c := range s.Cards {
		ids[i] = c.ID
	}
	p.Statement, p.Panel = s.Statement, cardview.SendPanel(r.Context(), h.EDS, ids, p.In, rand.Text())
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return nil
}
