// Package signuphttp answers the pages of the activation.
package signuphttp

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/signup"
	"kabinet/web/edsview"
	"kabinet/web/signupview"
)

// Handlers answer the pages of the activation.
type Handlers struct {
	Signup   *signup.Service
	Sessions *session.Manager
	EDS      edsview.Config
	// Elsewhere takes a typed code that no activation letter has: it may be that
	// of an invitation. It reports whether it answered; nil takes none.
	Elsewhere func(w http.ResponseWriter, r *http.Request, code string) (bool, error)
}

// invitationKey is where a session remembers the letter it opened.
const invitationKey = "invitation"

// Routes mounts the public pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/activate", wrap(h.code))
	r.Post("/activate", wrap(h.typedCode))
	r.Get("/activate/sign", wrap(h.sign))
	r.Post("/activate/sign", wrap(h.finish))
	r.Post("/activate/challenge", wrap(h.challenge))
	r.Get("/activate/new-code", wrap(h.again))
	r.Post("/activate/new-code", wrap(h.ask))
	r.Get("/activate/new-code/sent", wrap(h.asked))
	r.Get("/activate/{token}", wrap(h.letter))
	r.Post("/activate/{token}", wrap(h.typedLetterCode))
	r.Post("/activate/{token}/challenge", wrap(h.letterChallenge))
	r.Post("/activate/{token}/new-code", wrap(h.askByLink))
}

// code answers GET /activate.
func (h Handlers) code(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, signupview.Code(signupview.CodeForm{}))
}

// typedCode answers POST /activate: a code without its link.
func (h Handlers) typedCode(w http.ResponseWriter, r *http.Request) error {
	code := r.PostFormValue("code")
	i, err := h.Signup.FindCode(r.Context(), code, httpx.OriginOf(r).IP)
	if errors.Is(err, signup.ErrUnknownCode) && h.Elsewhere != nil {
		if answered, wrong := h.Elsewhere(w, r, code); answered || wrong != nil {
			return wrong
		}
	}
	if wrong, ok := httpx.Complaints(err); ok {
		return complain(w, r, err, signupview.Code(signupview.CodeForm{Code: code, Wrong: wrong}))
	}
	if err != nil {
		return end(w, r, err, "", i)
	}
	return h.remember(w, r, i)
}

// TakeCode goes on with a code typed on another page, if it is that of an
// activation letter; it reports whether it answered.
func (h Handlers) TakeCode(w http.ResponseWriter, r *http.Request, code string) (answered bool, err error) {
	i, err := h.Signup.FindCode(r.Context(), code, httpx.OriginOf(r).IP)
	if _, ended := signup.StateOf(err); ended {
		return true, end(w, r, err, "", i)
	}
	if _, complaint := httpx.Complaints(err); complaint {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, h.remember(w, r, i)
}

// letter answers GET /activate/{token}. It uses nothing up.
func (h Handlers) letter(w http.ResponseWriter, r *http.Request) error {
	token := chi.URLParam(r, "token")
	i, err := h.Signup.Open(r.Context(), token)
	if err != nil {
		return end(w, r, err, token, i)
	}
	if i.NeedsCode() {
		return httpx.Render(w, r, http.StatusOK, signupview.Letter(signupview.LetterForm{Token: token, Invitation: i}))
	}
	return h.renderSign(w, r, i, "/activate/"+token+"/challenge", nil)
}

// typedLetterCode answers POST /activate/{token}: the letter's code.
func (h Handlers) typedLetterCode(w http.ResponseWriter, r *http.Request) error {
	token, code := chi.URLParam(r, "token"), r.PostFormValue("code")
	i, err := h.Signup.EnterCode(r.Context(), token, code, httpx.OriginOf(r).IP)
	if wrong, ok := httpx.Complaints(err); ok {
		form := signupview.LetterForm{Token: token, Invitation: i, Code: code, Wrong: wrong}
		return complain(w, r, err, signupview.Letter(form))
	}
	if err != nil {
		return end(w, r, err, token, i)
	}
	return h.remember(w, r, i)
}

func (h Handlers) remember(w http.ResponseWriter, r *http.Request, i signup.Invitation) error {
	h.Sessions.Put(r.Context(), invitationKey, i.Ref().String())
	return httpx.See(w, r, "/activate/sign")
}

// remembered is the letter that this browser opened.
func (h Handlers) remembered(r *http.Request) (signup.Ref, error) {
	ref, ok := signup.ParseRef(h.Sessions.Get(r.Context(), invitationKey))
	if !ok {
		return signup.Ref{}, signup.ErrNoLetter
	}
	return ref, nil
}

// sign answers GET /activate/sign.
func (h Handlers) sign(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return end(w, r, err, "", signup.Invitation{})
	}
	i, err := h.Signup.Resume(r.Context(), ref)
	if err != nil {
		return end(w, r, err, "", i)
	}
	return h.renderSign(w, r, i, "/activate/challenge", nil)
}

func (h Handlers) renderSign(w http.ResponseWriter, r *http.Request, i signup.Invitation, challenge string, trouble *fault.Error) error {
	status := http.StatusOK
	if trouble != nil {
		status = statusOf(w, trouble)
	}
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, status, signupview.Sign(signupview.SignForm{
		Invitation: i, Host: h.Signup.Host, Trouble: trouble,
		Panel: edsview.Form{Config: h.EDS, Challenge: challenge, Action: "/activate/sign"},
	}))
}

// letterChallenge answers POST /activate/{token}/challenge: with a letter that
// has no code, asking to sign is what opens it for this browser.
func (h Handlers) letterChallenge(w http.ResponseWriter, r *http.Request) error {
	i, err := h.Signup.Open(r.Context(), chi.URLParam(r, "token"))
	switch {
	case err != nil:
		return err
	case i.NeedsCode():
		return signup.ErrNoLetter
	}
	h.Sessions.Put(r.Context(), invitationKey, i.Ref().String())
	return h.giveChallenge(w, r, i.Ref())
}

// challenge answers POST /activate/challenge.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return err
	}
	return h.giveChallenge(w, r, ref)
}

func (h Handlers) giveChallenge(w http.ResponseWriter, r *http.Request, ref signup.Ref) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Signup.Challenge(r.Context(), ref, key, httpx.OriginOf(r).IP)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// finish answers POST /activate/sign: the end of the way. The person is signed
// in at once and lands on Home.
func (h Handlers) finish(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return end(w, r, err, "", signup.Invitation{})
	}
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	done, err := h.Signup.Finish(r.Context(), signup.Answer{
		Ref: ref, SessionKey: key, Origin: httpx.OriginOf(r),
		Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7"),
	})
	if err != nil {
		return h.refused(w, r, ref, err)
	}
	who := session.Who{AccountID: done.AccountID, OrgID: done.OrgID, MemberID: done.MemberID, Until: done.Until}
	if err := h.Sessions.SignIn(r.Context(), who); err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "signup.done")
	return httpx.See(w, r, "/home")
}

// refused shows the signing page again with what was wrong, or the page of an
// invitation that ended meanwhile.
func (h Handlers) refused(w http.ResponseWriter, r *http.Request, ref signup.Ref, err error) error {
	trouble, ok := fault.As(err)
	if !ok {
		return err
	}
	i, gone := h.Signup.Resume(r.Context(), ref)
	if gone != nil {
		return end(w, r, gone, "", i)
	}
	return h.renderSign(w, r, i, "/activate/challenge", trouble)
}

// again answers GET /activate/new-code.
func (h Handlers) again(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, signupview.Again(signupview.AgainForm{}))
}

// ask answers POST /activate/new-code, the same way for everybody.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	a := signup.Ask{TIN: r.PostFormValue("tin"), Email: r.PostFormValue("email")}
	err := h.Signup.AskAgain(r.Context(), a, httpx.OriginOf(r).IP)
	if wrong, ok := httpx.Complaints(err); ok {
		return complain(w, r, err, signupview.Again(signupview.AgainForm{Ask: a, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/activate/new-code/sent")
}

// askByLink answers POST /activate/{token}/new-code.
func (h Handlers) askByLink(w http.ResponseWriter, r *http.Request) error {
	token := chi.URLParam(r, "token")
	err := h.Signup.AskByLink(r.Context(), token, httpx.OriginOf(r).IP)
	if _, ended := signup.StateOf(err); ended {
		return end(w, r, err, token, signup.Invitation{})
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/activate/new-code/sent")
}

// asked answers GET /activate/new-code/sent.
func (h Handlers) asked(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, signupview.Asked())
}

// end answers with the page of an invitation that opens nothing; other errors
// go on to where all errors go.
func end(w http.ResponseWriter, r *http.Request, err error, token string, i signup.Invitation) error {
	state, ok := signup.StateOf(err)
	if !ok {
		return err
	}
	if state == signup.Unknown {
		token, i = "", signup.Invitation{} // every link that does not exist looks the same
	}
	page := signupview.End(signupview.EndForm{State: state, Token: token, Invitation: i})
	return httpx.Render(w, r, httpx.ProblemOf(err).Status, page)
}

// complain shows a form again with what is wrong with it.
func complain(w http.ResponseWriter, r *http.Request, err error, page templ.Component) error {
	f, _ := fault.As(err)
	return httpx.Render(w, r, statusOf(w, f), page)
}

// statusOf gives the status of a fault that is drawn as a page of ours, and
// says in the header when trying again makes sense.
func statusOf(w http.ResponseWriter, f *fault.Error) int {
	p := httpx.ProblemOf(f)
	p.Later(w)
	return p.Status
}
