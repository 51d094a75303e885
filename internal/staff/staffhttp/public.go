// Package staffhttp answers the pages of the operator's staff: their sign-in,
// and who of them may do what.
package staffhttp

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/carry"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
	"kabinet/internal/staff"
	"kabinet/web/edsview"
	"kabinet/web/staffview"
)

// Handlers are the pages of the staff.
type Handlers struct {
	Staff    *staff.Service
	Proof    *proof.Service
	Sessions *session.Manager
	Host     string         // of the portal, as the verifier knows it
	Box      *seal.Box      // seals whose a late form is
	Panel    edsview.Config // how pages reach the E-IMZO program
}

// Public mounts the sign-in, which is open to everybody.
func (h Handlers) Public(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/sign-in", wrap(h.form))
	r.Post("/op/sign-in/challenge", wrap(h.challenge))
	r.Post("/op/sign-in", wrap(h.enter))
}

// form answers GET /op/sign-in. A member who is signed in may become staff here.
func (h Handlers) form(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if httpx.Identity(r).Staff() {
		return httpx.See(w, r, httpx.LocalPath(q.Get("next"), "/op"))
	}
	return h.show(w, r, http.StatusOK, staffview.Entrance{Next: q.Get("next"), Ended: q.Get("ended") != ""})
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request, status int, e staffview.Entrance) error {
	e.Next, e.Panel = httpx.LocalPath(e.Next, ""), h.Panel
	httpx.AllowConnect(w, h.Panel.Endpoints()...)
	return httpx.Render(w, r, status, staffview.SignIn(e))
}

func (h Handlers) client(r *http.Request) eds.Client {
	return eds.Client{Host: h.Host, IP: httpx.OriginOf(r).IP}
}

// challenge answers POST /op/sign-in/challenge with the text to sign.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Proof.NewChallenge(r.Context(), key, proof.StaffSignIn, "", h.client(r))
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// enter answers POST /op/sign-in.
func (h Handlers) enter(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	in := signin.Signed{SessionKey: httpx.Identity(r).Key, Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7")}
	p, until, err := h.Staff.Enter(ctx, in, h.client(r), httpx.OriginOf(r), reads(r))
	if err != nil {
		return h.again(w, r, err)
	}
	if err := h.Sessions.SignIn(ctx, session.Who{StaffID: p.ID, Until: until}); err != nil {
		return err
	}
	late := h.keeper().Again(r)
	switch {
	case late == nil:
		return httpx.See(w, r, httpx.LocalPath(r.PostFormValue("next"), "/op"))
	case late.OfStaff(p.ID):
		return late.GoOn(w, r, "/op")
	}
	h.keeper().Drop(r)
	return httpx.See(w, r, "/op")
}

// kept is a late form as the page shows it; nil for none.
func kept(l *carry.Late) *edsview.Late {
	if l == nil {
		return nil
	}
	return edsview.NewLate(l.Query(), l.Typed, l.To != "")
}

func (h Handlers) keeper() carry.Keeper { return carry.Keeper{Box: h.Box, Sessions: h.Sessions} }

// Late lets one of the staff whose session ended while a form was filled in sign in on
// the spot: what was typed travels along in the page. All other problems are
// drawn as before.
func (h Handlers) Late(draw httpx.Draw) httpx.Draw {
	return h.keeper().Draw(draw, func(w http.ResponseWriter, r *http.Request, status int, late *carry.Late) error {
		return h.show(w, r, status, staffview.Entrance{Late: kept(late)})
	})
}

// reads is the language of the page that the person signs in from.
func reads(r *http.Request) staff.Language {
	if l, ok := httpx.ChosenLanguage(r); ok {
		return staff.Language{Code: l.Code(), Chosen: true}
	}
	return staff.Language{Code: i18n.From(r.Context()).Code()}
}

// again shows the panel with what was wrong, where signing again makes sense.
func (h Handlers) again(w http.ResponseWriter, r *http.Request, err error) error {
	f, known := fault.As(err)
	if !known || !errors.Is(err, staff.ErrNobody) && !signin.Again(f.Kind) {
		return err
	}
	p := httpx.ProblemOf(err)
	p.Later(w)
	e := staffview.Entrance{Late: kept(h.keeper().Again(r)), Wrong: f}
	if e.Late == nil {
		e.Next = r.PostFormValue("next")
	}
	return h.show(w, r, p.Status, e)
}
