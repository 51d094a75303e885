// Package enrollhttp answers the pages of a company's registration.
package enrollhttp

import (
	"errors"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/enroll"
	"kabinet/internal/org"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/edsview"
	"kabinet/web/enrollview"
)

// Handlers answer the pages of a registration.
type Handlers struct {
	Enroll   *enroll.Service
	Sessions *session.Manager
	EDS      edsview.Config
}

// draftKey is where a session remembers the draft.
const draftKey = "enrollment"

// Routes mounts the public pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/offer", wrap(h.offerPage))
	r.Get("/register", wrap(h.start))
	r.Post("/register", wrap(h.begin))
	r.Post("/register/challenge", wrap(h.challenge))
	r.Post("/register/lookup", wrap(h.lookUp))
	r.Get("/register/found", wrap(h.at(enroll.StepFound, h.found)))
	r.Get("/register/contacts", wrap(h.at(enroll.StepContacts, h.contacts)))
	r.Post("/register/contacts", wrap(h.at(enroll.StepContacts, h.setContacts)))
	r.Get("/register/place", wrap(h.at(enroll.StepPlace, h.place)))
	r.Post("/register/place", wrap(h.at(enroll.StepPlace, h.setPlace)))
	r.Get("/register/offer", wrap(h.at(enroll.StepOffer, h.offer)))
	r.Post("/register/offer", wrap(h.at(enroll.StepOffer, h.accept)))
	r.Get("/register/sign", wrap(h.at(enroll.StepSign, h.sign)))
	r.Post("/register/sign", wrap(h.at(enroll.StepSign, h.signed)))
	r.Post("/register/sign/challenge", wrap(h.signChallenge))
	r.Get("/register/confirm", wrap(h.at(enroll.StepConfirm, h.confirm)))
	r.Post("/register/confirm", wrap(h.at(enroll.StepConfirm, h.finish)))
	r.Post("/register/confirm/again", wrap(h.at(enroll.StepConfirm, h.again)))
}

// step answers one page of a draft.
type step func(w http.ResponseWriter, r *http.Request, d enroll.Draft) error

// at opens a step to whom the draft has led there; others come to where it is.
func (h Handlers) at(s enroll.Step, answer step) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, err := h.Enroll.Draft(r.Context(), h.ref(r))
		if err == nil && !d.Reached(s) {
			return httpx.See(w, r, "/register/"+string(d.Next()))
		}
		if err == nil {
			err = answer(w, r, d)
		}
		if errors.Is(err, enroll.ErrNoDraft) {
			return httpx.Render(w, r, http.StatusGone, enrollview.Lost())
		}
		return err
	}
}

func (h Handlers) ref(r *http.Request) enroll.Ref {
	return enroll.ParseRef(h.Sessions.Get(r.Context(), draftKey))
}

func (h Handlers) offerPage(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, enrollview.OfferPage())
}

// start answers GET /register.
func (h Handlers) start(w http.ResponseWriter, r *http.Request) error {
	return h.startPage(w, r, nil)
}

func (h Handlers) startPage(w http.ResponseWriter, r *http.Request, trouble *fault.Error) error {
	p := enrollview.StartPage{
		Trouble: trouble,
		Panel:   edsview.Form{Config: h.EDS, Challenge: "/register/challenge", Action: "/register"},
	}
	if ref := h.ref(r); ref != 0 && trouble == nil {
		if d, err := h.Enroll.Draft(r.Context(), ref); err == nil {
			p.Resume = d.Next()
		}
	}
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), enrollview.Start(p))
}

func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Enroll.Challenge(r.Context(), key, httpx.OriginOf(r).IP)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// begin answers POST /register: the first signature. The draft is remembered
// also when the register does not answer, for then it is only to be asked again.
func (h Handlers) begin(w http.ResponseWriter, r *http.Request) error {
	in, err := h.answer(r)
	if err != nil {
		return err
	}
	ref, err := h.Enroll.Begin(r.Context(), in)
	f, _ := fault.As(err)
	if err != nil && (f == nil || f.Kind == fault.Internal) {
		return err
	}
	if ref != 0 && (err == nil || f.Kind == fault.Unavailable || f.Kind == fault.TooMany) {
		h.Sessions.Put(r.Context(), draftKey, ref.String())
		return h.goOn(w, r, ref)
	}
	return h.startPage(w, r, f)
}

// goOn leads to the first step that is not done.
func (h Handlers) goOn(w http.ResponseWriter, r *http.Request, ref enroll.Ref) error {
	d, err := h.Enroll.Draft(r.Context(), ref)
	if err != nil {
		return err
	}
	next := d.Next()
	if next == enroll.StepContacts {
		next = enroll.StepFound // what the register says is shown first
	}
	return httpx.See(w, r, "/register/"+string(next))
}

func (h Handlers) answer(r *http.Request) (enroll.Signed, error) {
	key, err := h.Sessions.Key(r.Context())
	return enroll.Signed{
		SessionKey: key, Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7"), Origin: httpx.OriginOf(r),
	}, err
}

// lookUp answers POST /register/lookup: ask the register again.
func (h Handlers) lookUp(w http.ResponseWriter, r *http.Request) error {
	ref := h.ref(r)
	err := h.Enroll.LookUp(r.Context(), ref)
	f, known := fault.As(err)
	switch {
	case err == nil:
		return httpx.See(w, r, "/register/found")
	case errors.Is(err, enroll.ErrNoDraft):
		return httpx.Render(w, r, http.StatusGone, enrollview.Lost())
	case !known || f.Kind == fault.Internal:
		return err
	}
	d, failed := h.Enroll.Draft(r.Context(), ref)
	if failed != nil {
		return failed
	}
	return httpx.Render(w, r, httpx.StatusOf(w, f), enrollview.Found(d, f))
}

func (h Handlers) found(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	return httpx.Render(w, r, http.StatusOK, enrollview.Found(d, nil))
}

func (h Handlers) contacts(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	return httpx.Render(w, r, http.StatusOK, enrollview.Contacts(enrollview.FormPage{Draft: d, Contacts: d.Contacts}))
}

func (h Handlers) setContacts(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	in := enroll.Contacts{Email: r.PostFormValue("email"), Phone: r.PostFormValue("phone"), Language: r.PostFormValue("language")}
	err := h.Enroll.SetContacts(r.Context(), h.ref(r), in)
	if wrong, ok := httpx.Complaints(err); ok {
		page := enrollview.Contacts(enrollview.FormPage{Draft: d, Contacts: in, Wrong: wrong})
		return httpx.Render(w, r, http.StatusUnprocessableEntity, page)
	}
	return h.next(w, r, err)
}

// next goes on after a step was kept.
func (h Handlers) next(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	d, err := h.Enroll.Draft(r.Context(), h.ref(r))
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/register/"+string(d.Next()))
}

func (h Handlers) place(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	return httpx.Render(w, r, http.StatusOK, enrollview.Place(enrollview.FormPage{Draft: d, Place: d.Place}))
}

func (h Handlers) setPlace(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	in := enroll.Place{Activities: slices.Clone(r.PostForm["activities"]), Address: org.Address{
		Region: r.PostFormValue("region"), District: r.PostFormValue("district"), Street: r.PostFormValue("street"),
	}}
	err := h.Enroll.SetPlace(r.Context(), h.ref(r), in)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, enrollview.Place(enrollview.FormPage{Draft: d, Place: in, Wrong: wrong}))
	}
	return h.next(w, r, err)
}

func (h Handlers) offer(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	return httpx.Render(w, r, http.StatusOK, enrollview.Offer(enrollview.FormPage{Draft: d}))
}

func (h Handlers) accept(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	err := h.Enroll.Accept(r.Context(), h.ref(r), r.PostFormValue("accept") == "yes")
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, enrollview.Offer(enrollview.FormPage{Draft: d, Wrong: wrong}))
	}
	return h.next(w, r, err)
}

func (h Handlers) sign(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	return h.signPage(w, r, d, nil)
}

func (h Handlers) signPage(w http.ResponseWriter, r *http.Request, d enroll.Draft, trouble *fault.Error) error {
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), enrollview.Sign(enrollview.SignPage{
		Draft: d, Host: h.Enroll.Host, Trouble: trouble,
		Panel: edsview.Form{Config: h.EDS, Challenge: "/register/sign/challenge", Action: "/register/sign"},
	}))
}

func (h Handlers) signChallenge(w http.ResponseWriter, r *http.Request) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Enroll.OfferChallenge(r.Context(), h.ref(r), key, httpx.OriginOf(r).IP)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// signed answers POST /register/sign: the offer is accepted, a letter goes out.
func (h Handlers) signed(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	in, err := h.answer(r)
	if err != nil {
		return err
	}
	err = h.Enroll.Sign(r.Context(), h.ref(r), in)
	f, known := fault.As(err)
	switch {
	case err == nil:
		return httpx.See(w, r, "/register/confirm")
	case !known || f.Kind == fault.Internal || errors.Is(err, enroll.ErrNoDraft):
		return err
	}
	return h.signPage(w, r, d, f)
}

func (h Handlers) confirm(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	return httpx.Render(w, r, http.StatusOK, enrollview.Confirm(enrollview.FormPage{Draft: d}))
}

// finish answers POST /register/confirm: the end of the way. The person is
// signed in at once and lands on Home.
func (h Handlers) finish(w http.ResponseWriter, r *http.Request, d enroll.Draft) error {
	code := r.PostFormValue("code")
	done, err := h.Enroll.Finish(r.Context(), h.ref(r), code, httpx.OriginOf(r))
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, enrollview.Confirm(enrollview.FormPage{Draft: d, Code: code, Wrong: wrong}))
	}
	f, known := fault.As(err)
	switch {
	case errors.Is(err, enroll.ErrOver):
		d.Code.Over = true
		return httpx.Render(w, r, http.StatusGone, enrollview.Confirm(enrollview.FormPage{Draft: d}))
	case known && (f.Kind == fault.Invalid || f.Kind == fault.Conflict || f.Kind == fault.Forbidden):
		return httpx.Render(w, r, httpx.StatusOf(w, f), enrollview.Refused(f))
	case err != nil:
		return err
	}
	// The signature under the offer may be hours old, and a code out of a mailbox
	// proves no key: a sensitive act right after the registration asks once more.
	who := session.Who{AccountID: done.AccountID, OrgID: done.OrgID, MemberID: done.MemberID, Until: done.Until, Unproved: true}
	if err := h.Sessions.SignIn(r.Context(), who); err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "enroll.done")
	return httpx.See(w, r, "/home")
}

func (h Handlers) again(w http.ResponseWriter, r *http.Request, _ enroll.Draft) error {
	err := h.Enroll.Again(r.Context(), h.ref(r))
	if f, ok := fault.As(err); ok && f.Kind == fault.TooMany {
		h.Sessions.Put(r.Context(), "flash", f.Key)
		h.Sessions.Put(r.Context(), "flash.tone", "warn")
		return httpx.See(w, r, "/register/confirm")
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "enroll.confirm.sent")
	return httpx.See(w, r, "/register/confirm")
}
