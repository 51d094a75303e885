// Package signuphttp answers the pages of the activation.
package signuphttp

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/letterway"
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
	Elsewhere letterway.Elsewhere
}

// invitationKey is where a session remembers the letter it opened.
const invitationKey = "invitation"

// Routes mounts the public pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	h.way().Routes(r, wrap)
	r.Get("/activate/sign", wrap(h.sign))
	r.Post("/activate/sign", wrap(h.finish))
	r.Post("/activate/challenge", wrap(h.challenge))
	r.Get("/activate/{token}", wrap(h.letter))
	r.Post("/activate/{token}/challenge", wrap(h.letterChallenge))
}

// way is what activation letters have in common with other letters.
func (h Handlers) way() letterway.Way[signup.Invitation] {
	return letterway.Way[signup.Invitation]{
		Base: "/activate", Letters: h.Signup, NoCode: signup.ErrUnknownCode, Elsewhere: h.Elsewhere, Remember: h.remember,
		AskAgain: func(ctx context.Context, a letterway.Ask, ip string) error {
			return h.Signup.AskAgain(ctx, signup.Ask(a), ip)
		},
		State: func(err error) (string, bool) {
			state, ok := signup.StateOf(err)
			return string(state), ok
		},
		Pages: letterway.Pages[signup.Invitation]{
			Code:   signupview.Code,
			Letter: signupview.Letter,
			Again: func(a letterway.Ask, wrong fault.Complaints) templ.Component {
				return signupview.Again(signup.Ask(a), wrong)
			},
			Asked: signupview.Asked,
			End: func(state, token string, i signup.Invitation) templ.Component {
				return signupview.End(signupview.EndForm{State: signup.State(state), Token: token, Invitation: i})
			},
		},
	}
}

// TakeCode goes on with a code typed on another page, if it is that of an
// activation letter; it reports whether it answered.
func (h Handlers) TakeCode(w http.ResponseWriter, r *http.Request, code string) (answered bool, err error) {
	return h.way().TakeCode(w, r, code)
}

// letter answers GET /activate/{token}. It uses nothing up.
func (h Handlers) letter(w http.ResponseWriter, r *http.Request) error {
	token := chi.URLParam(r, "token")
	i, err := h.Signup.Open(r.Context(), token)
	if err != nil {
		return h.way().End(w, r, err, token, i)
	}
	if i.NeedsCode() {
		return httpx.Render(w, r, http.StatusOK, signupview.Letter(token, i, "", nil))
	}
	return h.renderSign(w, r, i, "/activate/"+token+"/challenge", nil)
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
		return h.way().End(w, r, err, "", signup.Invitation{})
	}
	i, err := h.Signup.Resume(r.Context(), ref)
	if err != nil {
		return h.way().End(w, r, err, "", i)
	}
	return h.renderSign(w, r, i, "/activate/challenge", nil)
}

func (h Handlers) renderSign(w http.ResponseWriter, r *http.Request, i signup.Invitation, challenge string, trouble *fault.Error) error {
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), signupview.Sign(signupview.SignForm{
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
		return h.way().End(w, r, err, "", signup.Invitation{})
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
		return h.way().End(w, r, gone, "", i)
	}
	return h.renderSign(w, r, i, "/activate/challenge", trouble)
}
