package cardhttp

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// start answers GET /cards/new: which product group, then the first step. Who
// works with one group is not asked.
func (h Handlers) start(w http.ResponseWriter, r *http.Request) error {
	slug := r.URL.Query().Get("group")
	if slug == "" {
		groups, err := h.Cards.Groups(r.Context(), httpx.Actor(r))
		if err != nil {
			return err
		}
		if len(groups) != 1 {
			return httpx.Render(w, r, http.StatusOK, cardview.Start(groups))
		}
		slug = groups[0].Slug
	}
	e, err := h.blank(r, slug, card.Typed{})
	if err != nil {
		return err
	}
	e.Typed = card.Typed{card.FieldPackaging: string(card.Unit), card.FieldGTIN: r.URL.Query().Get("gtin")}
	e.Ticket = rand.Text()
	return httpx.Render(w, r, http.StatusOK, cardview.Edit(e))
}

// blank is the first step of a new card of a group, which says something already.
func (h Handlers) blank(r *http.Request, slug string, said card.Typed) (cardview.Editor, error) {
	g, book, err := h.Cards.Begin(r.Context(), httpx.Actor(r), slug, said.Codes())
	if err != nil {
		return cardview.Editor{}, err
	}
	return cardview.Editor{
		Reading: cardview.Reading{Group: g, Book: book}, Step: cardview.Identification,
		Asked: cardview.Identification.Fields(book.Set, nil),
	}, nil
}

// create answers POST /cards/new.
func (h Handlers) create(w http.ResponseWriter, r *http.Request) error {
	e, err := h.blank(r, r.URL.Query().Get("group"), typed(r, card.Fields(), card.Typed{}))
	if err != nil {
		return err
	}
	e.Typed = typed(r, e.Asked, card.Typed{})
	e.Typed[card.FieldGroup] = e.Group.Slug
	e.Ticket = r.PostFormValue(cardview.TicketName)
	if r.PostFormValue(cardview.FindName) != "" {
		return h.find(w, r, http.StatusOK, e)
	}
	if e.Typed[card.FieldIKPU] == "" {
		hs, _ := e.Book.FindHS(e.Typed[card.FieldHS])
		if e.Typed[card.FieldIKPU], err = h.Cards.SameWords(r.Context(), httpx.Actor(r), e.Group.ID, hs); err != nil {
			return err
		}
	}
	id, err := h.Cards.Create(r.Context(), httpx.Actor(r), card.FormKey(e.Ticket, e.Typed), e.Typed)
	if wrong, ok := httpx.Complaints(err); ok {
		e.Notes = twinNote(r, err)
		return h.complain(w, r, e, wrong)
	}
	if err != nil {
		return err
	}
	return h.onward(w, r, id, cardview.Identification)
}

// typed lays what a form says over what is stored: only the fields it showed
// count, and where the page of a clash was told so, the stored value stays.
func typed(r *http.Request, asked []string, stored card.Typed) card.Typed {
	mine := card.Typed{}
	for _, f := range r.PostForm[cardview.ShownName] {
		if slices.Contains(asked, f) && r.PostFormValue(cardview.KeepName+f) != "theirs" {
			mine[f] = strings.Join(r.PostForm[f], ",") // several boxes ticked, else one value
			if words := r.PostFormValue(cardview.FindName + "." + f); words != "" {
				mine[f] = words // newer than what is ticked
			}
		}
	}
	return mine.Over(stored)
}

// find shows the form again with what its long dictionaries have for what was typed
// in their fields.
func (h Handlers) find(w http.ResponseWriter, r *http.Request, status int, e cardview.Editor) (err error) {
	e.Found = map[string]cardview.Found{}
	for _, f := range e.Searched() {
		now := cardview.Found{Words: strings.TrimSpace(e.Typed[f])}
		if now.Words == "" || e.Book.Name(attribute.List(f), now.Words) != (attribute.Words{}) {
			continue
		}
		now.Codes, now.More, err = h.Cards.Choose(r.Context(), httpx.Actor(r), e.Group.ID, f, now.Words)
		if err != nil {
			return err
		}
		e.Found[f] = now
	}
	return httpx.Render(w, r, status, cardview.Edit(e))
}

// complain shows the form again with what is wrong. What is wrong with answers
// of another step, as with a code that the operator has withdrawn, is said above
// the form and leads there.
func (h Handlers) complain(w http.ResponseWriter, r *http.Request, e cardview.Editor, wrong fault.Complaints) error {
	for _, c := range wrong {
		if slices.Contains(e.Asked, c.Field) {
			e.Wrong = append(e.Wrong, c)
		} else {
			e.Elsewhere = append(e.Elsewhere, c)
		}
	}
	return h.find(w, r, http.StatusUnprocessableEntity, e)
}

// onward leads from a saved step to where the person wants to go next.
func (h Handlers) onward(w http.ResponseWriter, r *http.Request, id int64, step cardview.Step) error {
	switch then := r.PostFormValue(cardview.ThenName); {
	case then == cardview.Later:
		return h.done(w, r, "card.flash.saved", cardview.URL(id, ""))
	case then == cardview.ToCheck, step == cardview.Remarks:
		return httpx.See(w, r, cardview.URL(id, "/check"))
	case step == cardview.Identification:
		return httpx.See(w, r, cardview.StepURL(id, cardview.Attributes))
	}
	return httpx.See(w, r, cardview.StepURL(id, cardview.Photos))
}

// edit answers GET /cards/{id}/edit/{step}.
func (h Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	e, _, err := h.editor(r)
	if err != nil {
		return err
	}
	if err := h.advise(r, &e); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.Edit(e))
}

// editor is the form of the step that the address names, with what is stored.
func (h Handlers) editor(r *http.Request) (cardview.Editor, card.Record, error) {
	c, err := h.fitting(r, card.Edit)
	if err != nil {
		return cardview.Editor{}, c, err
	}
	e := editorOf(c, cardview.Step(chi.URLParam(r, "step")))
	if len(e.Asked) == 0 {
		return e, c, card.ErrNotFound
	}
	q := r.URL.Query()
	e.Required = q.Get("required") == "1"
	if q.Get(cardview.ThenName) == cardview.ToCheck {
		e.Then = cardview.ToCheck
	}
	return e, c, nil
}

// editorOf is the form of a step of a card. A form of remarks leads to the
// check: all the rest was answered before.
func editorOf(c card.Record, step cardview.Step) cardview.Editor {
	e := cardview.Editor{
		Reading: cardview.Reading{Group: c.Group, Book: c.Now}, Card: c.Card, Step: step,
		Typed: c.Version.Content.Typed(), Remarks: c.Remarks(),
	}
	remarked := make([]string, 0, len(e.Remarks))
	for _, m := range e.Remarks {
		remarked = append(remarked, m.Field)
	}
	e.Asked = step.Fields(c.Now.Set, remarked)
	if step == cardview.Remarks {
		e.Then = cardview.ToCheck
	}
	if c.Card.Live > 0 { // its number says which goods it is about
		e.Asked = slices.DeleteFunc(e.Asked, func(f string) bool { return f == card.FieldGTIN })
	}
	e.Seen = cardview.Seen(e.Asked, e.Typed)
	return e
}

// save answers POST /cards/{id}/edit/{step}.
func (h Handlers) save(w http.ResponseWriter, r *http.Request) error {
	stored, c, err := h.editor(r)
	if err != nil {
		return err
	}
	e := filled(r, stored)
	if r.PostFormValue(cardview.FindName) != "" {
		return h.find(w, r, http.StatusOK, e)
	}
	err = h.Cards.Save(r.Context(), httpx.Actor(r), c.ID, e.Card.Revision, e.Typed)
	if errors.Is(err, card.ErrChanged) && e.Seen == stored.Seen { // what was changed is not asked here
		err = h.Cards.Save(r.Context(), httpx.Actor(r), c.ID, c.Revision, e.Typed)
	}
	if wrong, ok := httpx.Complaints(err); ok {
		e.Notes = twinNote(r, err)
		return h.complain(w, r, e, wrong)
	}
	if errors.Is(err, card.ErrChanged) {
		return h.clash(w, r, e)
	}
	if err != nil {
		return err
	}
	return h.onward(w, r, c.ID, e.Step)
}

// filled is a form as a person sent it: made from another state of the card,
// maybe.
func filled(r *http.Request, stored cardview.Editor) cardview.Editor {
	e := stored
	e.Typed = typed(r, e.Asked, stored.Typed)
	e.Seen = r.PostFormValue(cardview.SeenName)
	if n, err := strconv.Atoi(r.PostFormValue(cardview.RevisionName)); err == nil && n > 0 {
		e.Card.Revision = n
	} else {
		e.Card.Revision = noRevision
	}
	if r.PostFormValue(cardview.ThenName) == cardview.ToCheck {
		e.Then = cardview.ToCheck
	}
	return e
}

// noRevision is that of a form without one: it clashes with every card.
const noRevision = -1

// clash shows both versions to whoever came second. Card and stored values are
// read again: whoever saves now has seen them.
func (h Handlers) clash(w http.ResponseWriter, r *http.Request, mine cardview.Editor) error {
	theirs, c, err := h.editor(r)
	if err != nil {
		return err
	}
	last, err := h.history(r, c.ID, 0)
	if err != nil {
		return err
	}
	mine.Card = c.Card
	p := cardview.Clashed{Editor: mine, Theirs: theirs.Typed}
	if len(last.Events) > 0 {
		p.Last = last.Events[0]
	}
	return httpx.Render(w, r, http.StatusConflict, cardview.Clash(p))
}
