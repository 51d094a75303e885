// Package invitehttp answers the pages on which invited users come in.
package invitehttp

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/invite"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/letterway"
	"kabinet/internal/platform/session"
	"kabinet/internal/technical"
	"kabinet/web/edsview"
	"kabinet/web/inviteview"
)

// Handlers answer the pages.
type Handlers struct {
	Invite   *invite.Service
	Sessions *session.Manager
	EDS      edsview.Config
	// Elsewhere takes a typed code that no invitation has: it may be that of an
	// activation letter. It reports whether it answered; nil takes none.
	Elsewhere letterway.Elsewhere
}

// What a session remembers: the invitation it opened, and the login whose
// password it has set.
const (
	invitationKey = "invite.ref"
	loginKey      = "invite.login"
)

// Routes mounts the public pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	h.way().Routes(r, wrap)
	r.Get("/join/sign", wrap(h.sign))
	r.Post("/join/sign", wrap(h.finish))
	r.Post("/join/challenge", wrap(h.challenge))
	r.Get("/join/password", wrap(h.password))
	r.Post("/join/password", wrap(h.setPassword))
	r.Get("/join/password/set", wrap(h.passwordSet))
	r.Get("/join/{token}", wrap(h.letter))
}

// way is what invitations have in common with other letters.
func (h Handlers) way() letterway.Way[invite.Invitation] {
	return letterway.Way[invite.Invitation]{
		Base: "/join", Letters: h.Invite, NoCode: invite.ErrCodeUnknown, Elsewhere: h.Elsewhere, Remember: h.remember,
		AskAgain: func(ctx context.Context, a letterway.Ask, ip string) error {
			return h.Invite.AskAgain(ctx, invite.Ask(a), ip)
		},
		State: func(err error) (string, bool) {
			state, ok := invite.StateOf(err)
			return string(state), ok
		},
		Pages: letterway.Pages[invite.Invitation]{
			Code:   inviteview.Code,
			Letter: inviteview.Letter,
			Again: func(a letterway.Ask, wrong fault.Complaints) templ.Component {
				return inviteview.Again(invite.Ask(a), wrong)
			},
			Asked: inviteview.Asked,
			End: func(state, token string, i invite.Invitation) templ.Component {
				return inviteview.End(inviteview.EndForm{State: invite.State(state), Token: token, Invitation: i})
			},
		},
	}
}

// TakeCode goes on with a code typed on another page, if it is that of an
// invitation; it reports whether it answered.
func (h Handlers) TakeCode(w http.ResponseWriter, r *http.Request, code string) (answered bool, err error) {
	return h.way().TakeCode(w, r, code)
}

// letter answers GET /join/{token}. It uses nothing up.
func (h Handlers) letter(w http.ResponseWriter, r *http.Request) error {
	token := chi.URLParam(r, "token")
	i, err := h.Invite.Open(r.Context(), token)
	if err != nil {
		return h.way().End(w, r, err, token, i)
	}
	return httpx.Render(w, r, http.StatusOK, inviteview.Letter(token, i, "", nil))
}

// remember leads to the second step.
func (h Handlers) remember(w http.ResponseWriter, r *http.Request, i invite.Invitation) error {
	h.Sessions.Put(r.Context(), invitationKey, i.Ref().String())
	if i.Technical() {
		return httpx.See(w, r, "/join/password")
	}
	return httpx.See(w, r, "/join/sign")
}

// remembered is the invitation that this browser opened.
func (h Handlers) remembered(r *http.Request) (invite.Ref, error) {
	ref, ok := invite.ParseRef(h.Sessions.Get(r.Context(), invitationKey))
	if !ok {
		return invite.Ref{}, invite.ErrNotOpened
	}
	return ref, nil
}

// sign answers GET /join/sign.
func (h Handlers) sign(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return h.way().End(w, r, err, "", invite.Invitation{})
	}
	i, err := h.Invite.Resume(r.Context(), ref)
	switch {
	case err != nil:
		return h.way().End(w, r, err, "", i)
	case i.Technical():
		return httpx.See(w, r, "/join/password")
	}
	return h.renderSign(w, r, i, nil)
}

func (h Handlers) renderSign(w http.ResponseWriter, r *http.Request, i invite.Invitation, trouble *fault.Error) error {
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), inviteview.Sign(inviteview.SignForm{
		Invitation: i, Host: h.Invite.Host, Trouble: trouble,
		Panel: edsview.Form{Config: h.EDS, Challenge: "/join/challenge", Action: "/join/sign"},
	}))
}

// challenge answers POST /join/challenge.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return err
	}
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Invite.Challenge(r.Context(), ref, key, httpx.OriginOf(r).IP)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// finish answers POST /join/sign: the end of a person's way, who is signed in at
// once and lands on Home.
func (h Handlers) finish(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return h.way().End(w, r, err, "", invite.Invitation{})
	}
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	done, err := h.Invite.Finish(r.Context(), invite.Answer{
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
	h.Sessions.Put(r.Context(), "flash", "invite.done")
	return httpx.See(w, r, "/home")
}

// refused shows the signing page again with what was wrong, or the page of an
// invitation that ended meanwhile.
func (h Handlers) refused(w http.ResponseWriter, r *http.Request, ref invite.Ref, err error) error {
	trouble, ok := fault.As(err)
	if !ok {
		return err
	}
	i, gone := h.Invite.Resume(r.Context(), ref)
	if gone != nil {
		return h.way().End(w, r, gone, "", i)
	}
	if _, ended := invite.StateOf(err); ended {
		return h.way().End(w, r, err, "", i)
	}
	return h.renderSign(w, r, i, trouble)
}

// password answers GET /join/password.
func (h Handlers) password(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return h.way().End(w, r, err, "", invite.Invitation{})
	}
	p, err := h.Invite.Program(r.Context(), ref)
	if err != nil {
		return h.way().End(w, r, err, "", p.Invitation)
	}
	return httpx.Render(w, r, http.StatusOK, inviteview.Password(inviteview.PasswordForm{Program: p}))
}

// setPassword answers POST /join/password: the end of a technical user's way.
func (h Handlers) setPassword(w http.ResponseWriter, r *http.Request) error {
	ref, err := h.remembered(r)
	if err != nil {
		return h.way().End(w, r, err, "", invite.Invitation{})
	}
	typed := technical.NewPassword{First: r.PostFormValue("password"), Again: r.PostFormValue("again")}
	p, err := h.Invite.SetPassword(r.Context(), ref, typed, httpx.OriginOf(r))
	if err != nil {
		return h.notSet(w, r, p, err)
	}
	h.Sessions.Take(r.Context(), invitationKey)
	h.Sessions.Put(r.Context(), loginKey, p.Login)
	return httpx.See(w, r, "/join/password/set")
}

// notSet shows the form again with what is wrong, or the page of an invitation
// that ended meanwhile.
func (h Handlers) notSet(w http.ResponseWriter, r *http.Request, p invite.Program, err error) error {
	form := inviteview.PasswordForm{Program: p}
	if wrong, ok := httpx.Complaints(err); ok {
		form.Wrong = wrong
		return letterway.Complain(w, r, err, inviteview.Password(form))
	}
	trouble, ok := fault.As(err)
	if !ok || trouble.Kind != fault.Unavailable {
		return h.way().End(w, r, err, "", p.Invitation)
	}
	form.Trouble = trouble
	return httpx.Render(w, r, httpx.StatusOf(w, trouble), inviteview.Password(form))
}

// passwordSet answers GET /join/password/set.
func (h Handlers) passwordSet(w http.ResponseWriter, r *http.Request) error {
	login := h.Sessions.Get(r.Context(), loginKey)
	if login == "" {
		return httpx.See(w, r, "/join")
	}
	return httpx.Render(w, r, http.StatusOK, inviteview.Set(login, h.Invite.BaseURL))
}

// OfUser draws what became of a user's invitation, for the page of the user; nil
// for one who never had any.
func (h Handlers) OfUser(r *http.Request, memberID int64) (templ.Component, error) {
	st, ok, err := h.Invite.OfUser(r.Context(), httpx.Actor(r), memberID)
	if err != nil || !ok {
		return nil, err
	}
	return inviteview.OfUser(st), nil
}
