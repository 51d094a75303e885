package signinhttp

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/carry"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
	"kabinet/web/edsview"
	"kabinet/web/signinview"
)

// Proving asks for a fresh signature where a sensitive act was refused for want
// of one (gate.ErrProve). What was typed travels along in the page, and after
// the signature the browser sends it again to where it was going (307): the
// act's own handler does the rest, and knows nothing of this. All other problems
// are drawn as before.
//
// The page that leads on to an act exists only as the answer to a form of our
// own, which SameOrigin let pass: nobody can make a link that ends in an act.
func (h Handlers) Proving(draw httpx.Draw) httpx.Draw {
	return func(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
		if !signin.WantsProof(p.Key) {
			draw(w, r, p)
			return
		}
		if err := h.ask(w, r, p.Status, h.interrupted(r)); err != nil {
			httpx.Fail(w, r, err, draw)
		}
	}
}

// interrupted is the act that a request was about to do. What cannot travel
// along, as files, is lost: then the way leads back to the form.
func (h Handlers) interrupted(r *http.Request) signinview.Confirmation {
	here := httpx.LocalPath(r.URL.RequestURI(), "")
	if r.Method != http.MethodPost {
		return signinview.Confirmation{Back: here}
	}
	c := signinview.Confirmation{Route: chi.RouteContext(r.Context()).RoutePattern(), Back: back(r)}
	c.Act = h.Acts[c.Route]
	to, typed, ok := carry.To(r)
	c.To, c.Values, c.Lost = to, edsview.Carried(typed), !ok
	return c
}

// back is the page of ours from which the request came, "" when unknown.
func back(r *http.Request) string {
	from := carry.From(r)
	if strings.HasPrefix(from, confirmPath) {
		return ""
	}
	return from
}

const confirmPath = "/confirm"

// ask shows the page with the panel.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request, status int, c signinview.Confirmation) error {
	c.Panel, c.Staff = h.Panel, httpx.Identity(r).Staff()
	if c.Back == "" {
		c.Back = startOf(httpx.Identity(r))
	}
	httpx.AllowConnect(w, h.Panel.Endpoints()...)
	return httpx.Render(w, r, status, signinview.Confirm(c))
}

// confirmForm answers GET /confirm: signing ahead of an act, then back to a page.
func (h Handlers) confirmForm(w http.ResponseWriter, r *http.Request) error {
	if startOf(httpx.Identity(r)) == "" {
		return httpx.See(w, r, httpx.SignInPath)
	}
	return h.ask(w, r, http.StatusOK, signinview.Confirmation{Back: httpx.LocalPath(r.URL.Query().Get("back"), "")})
}

// confirmChallenge answers POST /confirm/challenge with the text to sign.
func (h Handlers) confirmChallenge(w http.ResponseWriter, r *http.Request) error {
	who, err := signerOf(r)
	if err != nil {
		return err
	}
	c, err := h.Proof.NewChallenge(r.Context(), who.SessionKey, proof.Confirm, "", h.client(r))
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// confirm answers POST /confirm. After an act was interrupted the browser sends
// its form again, else it goes back to a page.
func (h Handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	who, err := signerOf(r)
	if err != nil {
		return err
	}
	in := signin.Signed{SessionKey: who.SessionKey, Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7")}
	if err := h.SignIn.Confirm(r.Context(), who, in, h.client(r)); err != nil {
		return h.askAgain(w, r, err)
	}
	if err := h.Sessions.Renew(r.Context()); err != nil {
		return err
	}
	to := httpx.LocalPath(q.Get("to"), "")
	if to == "" || strings.HasPrefix(to, confirmPath) {
		return httpx.See(w, r, httpx.LocalPath(q.Get("back"), startOf(httpx.Identity(r))))
	}
	carry.GoOn(w, r, to)
	return nil
}

// askAgain shows the panel with what was wrong and all that was typed.
func (h Handlers) askAgain(w http.ResponseWriter, r *http.Request, err error) error {
	f, known := fault.As(err)
	if !known || !signin.Again(f.Kind) {
		return err
	}
	q := r.URL.Query()
	typed, _ := carry.Typed(r.PostForm) // it is one of ours: Forms bounds it
	p := httpx.ProblemOf(err)
	p.Later(w)
	c := signinview.Confirmation{
		Route: q.Get("act"), Act: h.Acts[q.Get("act")], To: httpx.LocalPath(q.Get("to"), ""), Back: httpx.LocalPath(q.Get("back"), ""), Values: edsview.Carried(typed), Wrong: f,
	}
	return h.ask(w, r, p.Status, c)
}

// signerOf is who is signed in: a member or one of the staff.
func signerOf(r *http.Request) (signin.Signer, error) {
	i := httpx.Identity(r)
	s := signin.Signer{SessionKey: i.Key, TIN: taxid.TIN(i.TIN), AccountID: i.AccountID, StaffID: i.StaffID}
	switch {
	case i.Staff():
		s.Subject = httpx.Operator(r).Subject()
	case i.Member():
		s.Subject = httpx.Actor(r).Subject()
	default:
		return signin.Signer{}, actor.ErrSignIn
	}
	return s, nil
}
