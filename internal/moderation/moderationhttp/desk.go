package moderationhttp

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/httpx"
	"kabinet/web/moderationview"
)

// beside is how many cards of the queue stand beside an open one.
const beside = 8

func (h Handlers) item(w http.ResponseWriter, r *http.Request) error {
	p, err := h.opened(r)
	if err != nil {
		return h.unlessOver(w, r, http.StatusOK, err)
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Item(p))
}

// opened reads the card of the address for the desk.
func (h Handlers) opened(r *http.Request) (p moderationview.ItemPage, err error) {
	ref, err := which(r)
	if err != nil {
		return p, err
	}
	return h.openedCard(r, ref)
}

func (h Handlers) openedCard(r *http.Request, ref moderation.Ref) (p moderationview.ItemPage, err error) {
	op := httpx.Operator(r)
	p = moderationview.ItemPage{Filter: filter(r.URL.Query()), Staff: op.StaffID, MayDecide: mayDecide(op), Now: h.Now()}
	if p.Opened, err = h.Desk.Find(r.Context(), op, ref); err != nil {
		return p, err
	}
	if p.MayDecide {
		if p.Colleagues, err = h.Desk.Colleagues(r.Context(), op); err != nil {
			return p, err
		}
	}
	p.Ahead, err = h.Desk.Ahead(r.Context(), op, p.Filter, beside)
	return p, err
}

// unlessOver answers a card that waits no more with what became of it, and any
// other error with itself.
func (h Handlers) unlessOver(w http.ResponseWriter, r *http.Request, status int, err error) error {
	if !errors.Is(err, moderation.ErrOver) {
		return err
	}
	ref, notFound := which(r)
	if notFound != nil {
		return notFound
	}
	op := httpx.Operator(r)
	o, err := h.Desk.Became(r.Context(), op, ref)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, moderationview.Over(moderationview.OverPage{Outcome: o, Filter: filter(r.URL.Query()), MayDecide: mayDecide(op)}))
}

// key is the version that a form was made from.
func key(r *http.Request) (moderation.Key, error) {
	ref, err := which(r)
	n, wrong := strconv.ParseInt(r.PostFormValue("n"), 10, 32)
	if wrong != nil {
		n = 0 // is no version: it does not wait
	}
	return moderation.Key{Ref: ref, N: int(n)}, err
}

func (h Handlers) claim(w http.ResponseWriter, r *http.Request) error {
	k, err := key(r)
	if err != nil {
		return err
	}
	if err := h.Desk.Claim(r.Context(), httpx.Operator(r), k); err != nil {
		return h.unlessOver(w, r, http.StatusConflict, err)
	}
	return httpx.See(w, r, moderationview.At(filter(r.URL.Query()), moderationview.URL(k.Ref, "")))
}

func (h Handlers) putBack(w http.ResponseWriter, r *http.Request) error {
	ref, err := which(r)
	if err != nil {
		return err
	}
	if err := h.Desk.PutBack(r.Context(), httpx.Operator(r), ref); err != nil {
		return err
	}
	return h.done(w, r, "moderation.flash.put_back", moderationview.At(filter(r.URL.Query()), moderationview.QueueURL))
}

// next answers POST /op/cards/next: the most urgent card that nobody looks at, of
// those that the filter of the address chooses, is claimed and opened. "leave" is the card one is at and does not decide now.
func (h Handlers) next(w http.ResponseWriter, r *http.Request) error {
	leave, _ := moderation.ParseRef(r.PostFormValue("leave")) // nothing is left
	to, found, err := h.claimNext(r, leave)
	if err != nil {
		return err
	}
	if !found {
		return h.warned(w, r, "moderation.flash.nothing_free", moderationview.At(filter(r.URL.Query()), moderationview.QueueURL))
	}
	return httpx.See(w, r, to)
}

func (h Handlers) claimNext(r *http.Request, leave moderation.Ref) (to string, found bool, err error) {
	f := filter(r.URL.Query())
	ref, found, err := h.Desk.Next(r.Context(), httpx.Operator(r), f, leave)
	return moderationview.At(f, moderationview.URL(ref, "")), found, err
}

func (h Handlers) askPublish(w http.ResponseWriter, r *http.Request) error {
	p, err := h.decidable(r)
	if err != nil {
		return h.unlessOver(w, r, http.StatusOK, err)
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Publish(p))
}

// decidable is opened for who may decide the card now; the others are told why
// not.
func (h Handlers) decidable(r *http.Request) (moderationview.ItemPage, error) {
	p, err := h.opened(r)
	switch {
	case err != nil:
		return p, err
	case !p.MayDecide:
		return p, forbidden(httpx.Operator(r))
	case p.Own:
		return p, moderation.ErrOwn
	case p.Claim.Others(p.Staff):
		return p, moderation.ErrClaimed.With("name", p.Claim.Name)
	}
	return p, nil
}

func (h Handlers) publish(w http.ResponseWriter, r *http.Request) error {
	k, err := key(r)
	if err != nil {
		return err
	}
	if err := h.Desk.Publish(r.Context(), httpx.Operator(r), k); err != nil {
		return h.unlessOver(w, r, http.StatusConflict, err)
	}
	return h.onward(w, r, "moderation.flash.published")
}

// onward goes to the next card after a decision; what was done is said there. A
// decision stands even if no next card can be had.
func (h Handlers) onward(w http.ResponseWriter, r *http.Request, flash string) error {
	to, found, err := h.claimNext(r, moderation.Ref{})
	if err != nil || !found {
		to = moderationview.At(filter(r.URL.Query()), moderationview.QueueURL)
	}
	return h.done(w, r, flash, to)
}

func (h Handlers) askReturn(w http.ResponseWriter, r *http.Request) error {
	p, err := h.decidable(r)
	if err != nil {
		return h.unlessOver(w, r, http.StatusOK, err)
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Return(moderationview.ReturnPage{ItemPage: p}))
}

// giveBack answers POST /op/cards/{card}/return: "check" shows what the
// applicant will read, "return" returns, anything else shows the form again.
func (h Handlers) giveBack(w http.ResponseWriter, r *http.Request) error {
	k, err := key(r)
	if err != nil {
		return err
	}
	if err := forbidden(httpx.Operator(r)); err != nil {
		return err
	}
	d := typedReturn(r)
	switch r.PostFormValue("act") {
	case "return":
		err = h.Desk.Return(r.Context(), httpx.Operator(r), k, d)
		if err == nil {
			return h.onward(w, r, "moderation.flash.returned")
		}
	case "check":
		return h.preview(w, r, k, d)
	}
	return h.returnForm(w, r, k, d, err)
}

func (h Handlers) preview(w http.ResponseWriter, r *http.Request, k moderation.Key, d moderation.ReturnDraft) error {
	remarks, err := h.Desk.Preview(r.Context(), httpx.Operator(r), k, d)
	if err != nil {
		return h.returnForm(w, r, k, d, err)
	}
	p, err := h.decidable(r)
	if err == nil && p.N != k.N {
		err = moderation.ErrOver
	}
	if err != nil {
		return h.unlessOver(w, r, http.StatusConflict, err)
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Preview(moderationview.ReturnPage{ItemPage: p, Draft: d, Remarks: remarks}))
}

// returnForm shows the form with what was typed, and what is wrong with it.
func (h Handlers) returnForm(w http.ResponseWriter, r *http.Request, k moderation.Key, d moderation.ReturnDraft, wrong error) error {
	complaints, ok := httpx.Complaints(wrong)
	if wrong != nil && !ok {
		return h.unlessOver(w, r, http.StatusConflict, wrong)
	}
	p, err := h.decidable(r)
	if err == nil && p.N != k.N {
		err = moderation.ErrOver
	}
	if err != nil {
		return h.unlessOver(w, r, http.StatusConflict, err)
	}
	status := http.StatusOK
	if len(complaints) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, moderationview.Return(moderationview.ReturnPage{ItemPage: p, Draft: d, Wrong: complaints}))
}

// typedReturn reads the form of a return; own words that are empty keep their
// place, so that complaints find their fields.
func typedReturn(r *http.Request) (d moderation.ReturnDraft) {
	for _, s := range r.PostForm["reason"] {
		id, err := strconv.ParseInt(s, 10, 64)
		if err == nil && !slices.Contains(d.Reasons, id) {
			d.Reasons = append(d.Reasons, id)
		}
	}
	for n := range moderation.MaxWords {
		prefix := "words" + strconv.Itoa(n+1) + "_"
		d.Words = append(d.Words, moderation.Words{
			Field: r.PostFormValue(prefix + "field"), Uz: r.PostFormValue(prefix + "uz"),
			Ru: r.PostFormValue(prefix + "ru"), En: r.PostFormValue(prefix + "en"),
		})
	}
	return d
}

// pass answers POST /op/cards/pass: cards go to a colleague, from the queue or
// from the page of one.
func (h Handlers) pass(w http.ResponseWriter, r *http.Request) error {
	f := moderationview.PassForm{To: r.PostFormValue("to"), Note: r.PostFormValue("note")}
	for _, s := range r.PostForm["card"] {
		if ref, ok := moderation.ParseRef(s); ok {
			f.Cards = append(f.Cards, ref)
		}
	}
	to, _ := strconv.ParseInt(f.To, 10, 64) // 0 is nobody
	passed, err := h.Desk.Pass(r.Context(), httpx.Operator(r), to, f.Note, f.Cards)
	back := httpx.LocalPath(r.PostFormValue("back"), moderationview.QueueURL)
	if wrong, ok := httpx.Complaints(err); ok {
		f.Wrong = wrong
		return h.passForm(w, r, f, back)
	}
	switch {
	case err != nil:
		return err
	case passed == 0:
		return h.warned(w, r, "moderation.flash.passed_none", back)
	case passed < len(f.Cards):
		return h.warned(w, r, "moderation.flash.passed_some", back)
	}
	return h.done(w, r, "moderation.flash.passed", back)
}

// passForm shows the page again that the form stands on.
func (h Handlers) passForm(w http.ResponseWriter, r *http.Request, f moderationview.PassForm, back string) error {
	if r.PostFormValue("from") == "item" && len(f.Cards) == 1 {
		p, err := h.openedCard(r, f.Cards[0])
		if err != nil {
			return err
		}
		p.Pass = f
		return httpx.Render(w, r, http.StatusUnprocessableEntity, moderationview.Item(p))
	}
	p, err := h.listed(r, filter(queryOf(back)))
	if err != nil {
		return err
	}
	p.Pass = f
	return httpx.Render(w, r, http.StatusUnprocessableEntity, moderationview.Queue(p))
}

// queryOf is the filter of an address of the queue.
func queryOf(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u.Query()
}

// forbidden is nil for who moderates.
func forbidden(op actor.Operator) error { return op.Need(perm.OpCardModerate) }
