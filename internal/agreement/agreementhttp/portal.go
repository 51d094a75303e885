// Package agreementhttp answers the pages about the public offer and the agreement
// for provision of marking codes: the organization's and the operator's.
package agreementhttp

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/agreement"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/session"
	"kabinet/web/agreementview"
	"kabinet/web/edsview"
)

// Handlers answers /org/agreement and /op/agreements.
type Handlers struct {
	Agreements *agreement.Service
	Sessions   *session.Manager
	EDS        edsview.Config
	Now        clock.Clock
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	const root = agreementview.Root
	r.Get(root, wrap(h.home))
	r.Post(root, wrap(h.ask))
	r.Get(root+"/offer", wrap(h.offer))
	r.Post(root+"/offer", wrap(h.accept))
	r.Post(root+"/offer/challenge", wrap(h.challengeOffer))
	r.Get(root+"/{id}", wrap(h.record))
	r.Get(root+"/{id}/print", wrap(h.print))
	r.Get(root+"/{id}/sign", wrap(h.signPage))
	r.Post(root+"/{id}/sign", wrap(h.sign))
	r.Post(root+"/{id}/challenge", wrap(h.challenge))
	r.Get(root+"/{id}/check", wrap(h.check))
	r.Get(root+"/{id}/signed.txt", wrap(h.signed))
	r.Get(root+"/{id}/signature.p7s", wrap(h.container))
	r.Get(root+"/{id}/withdraw", wrap(h.askWithdraw))
	r.Post(root+"/{id}/withdraw", wrap(h.withdraw))
}

// home answers GET /org/agreement.
func (h Handlers) home(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, "", nil)
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request, status int, note string, wrong fault.Complaints) error {
	a := httpx.Actor(r)
	v, err := h.Agreements.View(r.Context(), a)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, agreementview.Home(agreementview.HomePage{View: v, MayEdit: a.Rights.Has(perm.OrgEdit), Note: note, Wrong: wrong}))
}

// ask answers POST /org/agreement.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	note := r.PostFormValue("note")
	_, err := h.Agreements.Ask(r.Context(), httpx.Actor(r), note)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.show(w, r, http.StatusUnprocessableEntity, note, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "agreement.flash.requested", agreementview.Root)
}

// paper reads the agreement of the address.
func (h Handlers) paper(r *http.Request) (agreement.Paper, error) {
	id, err := number(r, "id")
	if err != nil {
		return agreement.Paper{}, err
	}
	return h.Agreements.Paper(r.Context(), httpx.Actor(r), id)
}

func number(r *http.Request, part string) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, part), 10, 63)
	if err != nil || n <= 0 {
		return 0, agreement.ErrNotFound
	}
	return n, nil
}

// record answers GET /org/agreement/{id}.
func (h Handlers) record(w http.ResponseWriter, r *http.Request) error {
	p, err := h.reading(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.Record(p))
}

// print answers GET /org/agreement/{id}/print: the text and who signed it.
func (h Handlers) print(w http.ResponseWriter, r *http.Request) error {
	p, err := h.reading(r)
	if err != nil {
		return err
	}
	if p.Version == "" {
		return agreement.ErrNotFound // there is no text yet
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.Print(p))
}

// reading is an agreement with its signature, read in the language that the
// address or the reader names.
func (h Handlers) reading(r *http.Request) (agreementview.Reading, error) {
	p, err := h.paper(r)
	if err != nil {
		return agreementview.Reading{}, err
	}
	v := agreementview.Reading{Paper: p, Text: textLang(r), MayEdit: httpx.Actor(r).Rights.Has(perm.OrgEdit)}
	if p.SignatureID != 0 {
		v.Evidence, err = h.Agreements.Evidence(r.Context(), httpx.Actor(r), p.ID)
	}
	return v, err
}

// textLang is the language in which the text is read: that of the address, else the
// reader's.
func textLang(r *http.Request) i18n.Lang {
	if l, ok := i18n.Parse(r.URL.Query().Get("text")); ok {
		return l
	}
	return i18n.From(r.Context())
}

// signPage answers GET /org/agreement/{id}/sign.
func (h Handlers) signPage(w http.ResponseWriter, r *http.Request) error { return h.signing(w, r, nil) }

// signing shows what is signed, and why it was not accepted just now.
func (h Handlers) signing(w http.ResponseWriter, r *http.Request, trouble *fault.Error) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	p, err := h.paper(r)
	if err != nil {
		return err
	}
	if !p.Can(agreement.Sign) {
		if trouble != nil {
			return trouble
		}
		return httpx.See(w, r, agreementview.URL(p.ID, ""))
	}
	v := agreementview.Signing{
		Paper: p, Text: textLang(r), Statement: h.Agreements.Statement(r.Context(), p), Trouble: trouble,
		Panel: edsview.Form{Config: h.EDS, Challenge: agreementview.URL(p.ID, "/challenge"), Action: agreementview.URL(p.ID, "/sign")},
	}
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), agreementview.Sign(v))
}

// challenge answers POST /org/agreement/{id}/challenge with the text to sign.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	c, err := h.Agreements.Challenge(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// sign answers POST /org/agreement/{id}/sign. A signature that is not accepted
// leads back to the page.
func (h Handlers) sign(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	err = h.Agreements.Sign(r.Context(), httpx.Actor(r), id, signature(r))
	if f, ok := explained(err); ok {
		return h.signing(w, r, f)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "agreement.flash.signed", agreementview.Root)
}

func signature(r *http.Request) agreement.Signature {
	return agreement.Signature{Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7")}
}

// explained are the refusals that the page of a signature explains itself.
func explained(err error) (*fault.Error, bool) {
	f, ok := fault.As(err)
	return f, ok && f.Kind != fault.Internal && f.Kind != fault.NotFound && f.Kind != fault.Forbidden
}

// check answers GET /org/agreement/{id}/check: the signature, judged anew.
func (h Handlers) check(w http.ResponseWriter, r *http.Request) error {
	p, err := h.paper(r)
	if err != nil {
		return err
	}
	c, err := h.Agreements.Check(r.Context(), httpx.Actor(r), p.ID)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.Check(agreementview.Checking{Paper: p, Checked: c, MayEdit: httpx.Actor(r).Rights.Has(perm.OrgEdit)}))
}

// signed answers GET /org/agreement/{id}/signed.txt with exactly what was signed.
func (h Handlers) signed(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	e, err := h.Agreements.Evidence(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return file(w, r, agreement.Number(id)+".txt", "text/plain; charset=utf-8", []byte(e.Body), e.KeptAt)
}

// container answers GET /org/agreement/{id}/signature.p7s.
func (h Handlers) container(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	b, err := h.Agreements.Container(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return file(w, r, agreement.Number(id)+".p7s", "application/pkcs7-signature", b, time.Time{})
}

func file(w http.ResponseWriter, r *http.Request, name, mediaType string, content []byte, at time.Time) error {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	http.ServeContent(w, r, "", at, bytes.NewReader(content))
	return nil
}

// askWithdraw answers GET /org/agreement/{id}/withdraw.
func (h Handlers) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.OrgEdit); err != nil {
		return err
	}
	p, err := h.paper(r)
	switch {
	case err != nil:
		return err
	case !p.Can(agreement.Withdraw):
		return agreement.ErrState
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.Withdraw(p))
}

func (h Handlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if err := h.Agreements.Withdraw(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	return h.done(w, r, "agreement.flash.withdrawn", agreementview.Root)
}

func (h Handlers) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	h.Sessions.Put(r.Context(), "flash", key)
	return httpx.See(w, r, to)
}

// offer answers GET /org/agreement/offer.
func (h Handlers) offer(w http.ResponseWriter, r *http.Request) error { return h.offering(w, r, nil) }

func (h Handlers) offering(w http.ResponseWriter, r *http.Request, trouble *fault.Error) error {
	a := httpx.Actor(r)
	all, statement, err := h.Agreements.Offer(r.Context(), a)
	if err != nil {
		return err
	}
	v := agreementview.Offering{Acceptances: all, Statement: statement, Trouble: trouble}
	if v.MayAccept = a.Rights.Has(perm.OrgEdit) && !agreement.Accepted(all); v.MayAccept {
		v.Panel = edsview.Form{Config: h.EDS, Challenge: agreementview.Root + "/offer/challenge", Action: agreementview.Root + "/offer"}
		httpx.AllowConnect(w, h.EDS.Endpoints()...)
	}
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), agreementview.Offer(v))
}

func (h Handlers) challengeOffer(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Agreements.ChallengeOffer(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

func (h Handlers) accept(w http.ResponseWriter, r *http.Request) error {
	err := h.Agreements.Accept(r.Context(), httpx.Actor(r), signature(r))
	if f, ok := explained(err); ok {
		return h.offering(w, r, f)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "agreement.flash.offer", agreementview.Root)
}
