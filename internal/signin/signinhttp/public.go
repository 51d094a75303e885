// Package signinhttp answers the pages before an organization is chosen: the
// welcome, the sign-in by EDS key, the choice among several organizations and
// the way out; and the page that asks for the key again before a sensitive act.
package signinhttp

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
	"kabinet/web/edsview"
	"kabinet/web/signinview"
)

// Handlers are the pages of signing in and out.
type Handlers struct {
	SignIn   *signin.Service
	Proof    *proof.Service
	Sessions *session.Manager
	Host     string         // of the portal, as the verifier knows it
	Box      *seal.Box      // seals whose a late form is
	Panel    edsview.Config // how pages reach the E-IMZO program
	// Acts says what sensitive acts are called: from the pattern of the route to
	// the key of the words, as in "/me/keys": "apikey.act.create".
	Acts map[string]string
}

// keyTIN is what the session remembers of the certificate for the choice page.
const keyTIN = "signin.tin"

// Routes mounts the pages; they are open to everybody.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/", wrap(h.welcome))
	r.Get("/sign-in", wrap(h.form))
	r.Post("/sign-in/challenge", wrap(h.challenge))
	r.Post("/sign-in", wrap(h.enter))
	r.Get("/sign-in/organization", wrap(h.choice))
	r.Post("/sign-in/organization", wrap(h.choose))
	r.Post("/sign-in/stay", wrap(h.stay))
	r.Post("/sign-out", wrap(h.leave))
	r.Get(confirmPath, wrap(h.confirmForm))
	r.Post(confirmPath+"/challenge", wrap(h.confirmChallenge))
	r.Post(confirmPath, wrap(h.confirm))
}

// welcome answers GET /. Whoever is signed in is already further.
func (h Handlers) welcome(w http.ResponseWriter, r *http.Request) error {
	if start := startOf(httpx.Identity(r)); start != "" {
		return httpx.See(w, r, start)
	}
	return httpx.Render(w, r, http.StatusOK, signinview.Welcome())
}

// startOf is where somebody signed in begins, "" for a visitor.
func startOf(i session.Identity) string {
	switch {
	case i.Member():
		return "/home"
	case i.Staff():
		return "/op"
	case i.AccountID != 0:
		return httpx.ChoicePath
	}
	return ""
}

// form answers GET /sign-in. Staff who are signed in may become members here.
func (h Handlers) form(w http.ResponseWriter, r *http.Request) error {
	if i := httpx.Identity(r); i.Member() {
		return httpx.See(w, r, httpx.LocalPath(r.URL.Query().Get("next"), "/home"))
	}
	q := r.URL.Query()
	return h.show(w, r, http.StatusOK, signinview.Entrance{Next: q.Get("next"), Ended: q.Get("ended") != ""})
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request, status int, e signinview.Entrance) error {
	e.Next, e.Panel = httpx.LocalPath(e.Next, ""), h.Panel
	httpx.AllowConnect(w, h.Panel.Endpoints()...)
	return httpx.Render(w, r, status, signinview.SignIn(e))
}

func (h Handlers) client(r *http.Request) eds.Client {
	return eds.Client{Host: h.Host, IP: httpx.OriginOf(r).IP}
}

// challenge answers POST /sign-in/challenge with the text to sign.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Proof.NewChallenge(r.Context(), key, proof.SignIn, "", h.client(r))
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// enter answers POST /sign-in.
func (h Handlers) enter(w http.ResponseWriter, r *http.Request) error {
	in := signin.Signed{SessionKey: httpx.Identity(r).Key, Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7")}
	e, err := h.SignIn.Enter(r.Context(), in, h.client(r), httpx.OriginOf(r))
	switch {
	case errors.Is(err, signin.ErrNowhere):
		return httpx.Render(w, r, http.StatusForbidden, signinview.Nowhere())
	case err != nil:
		return h.again(w, r, err)
	}
	if late := h.keeper().Again(r); late != nil {
		return h.resume(w, r, e, late)
	}
	to, err := h.admit(r, e, r.PostFormValue("next"))
	if err != nil {
		return err
	}
	return httpx.See(w, r, to)
}

// admit begins the session, in the only organization there is or before the
// choice of one, and says where to go.
func (h Handlers) admit(r *http.Request, e signin.Entry, next string) (to string, err error) {
	if m, only := e.Only(); only {
		return httpx.LocalPath(next, "/home"), h.begin(r, e, m)
	}
	if err := h.Sessions.SignIn(r.Context(), session.Who{AccountID: e.AccountID, Until: e.Until}); err != nil {
		return "", err
	}
	h.Sessions.Put(r.Context(), keyTIN, string(e.TIN))
	return choicePath(next), nil
}

// begin begins the session in an organization.
func (h Handlers) begin(r *http.Request, e signin.Entry, m member.Membership) error {
	if err := h.SignIn.Begin(r.Context(), m, e.Name, httpx.OriginOf(r)); err != nil {
		return err
	}
	who := session.Who{AccountID: e.AccountID, OrgID: m.OrgID, MemberID: m.MemberID, Until: e.Until}
	return h.Sessions.SignIn(r.Context(), who)
}

// again shows the panel with what was wrong, where signing again makes sense.
func (h Handlers) again(w http.ResponseWriter, r *http.Request, err error) error {
	f, known := fault.As(err)
	if !known || !signin.Again(f.Kind) {
		return err
	}
	p := httpx.ProblemOf(err)
	p.Later(w)
	e := signinview.Entrance{Late: kept(h.keeper().Again(r)), Wrong: f}
	if e.Late == nil {
		e.Next = r.PostFormValue("next")
	}
	return h.show(w, r, p.Status, e)
}

func choicePath(next string) string {
	if next = httpx.LocalPath(next, ""); next == "" {
		return httpx.ChoicePath
	}
	return httpx.ChoicePath + "?" + url.Values{"next": {next}}.Encode()
}

// choice answers GET /sign-in/organization.
func (h Handlers) choice(w http.ResponseWriter, r *http.Request) error {
	return h.choices(w, r, http.StatusOK, r.URL.Query().Get("next"), nil)
}

func (h Handlers) choices(w http.ResponseWriter, r *http.Request, status int, next string, wrong fault.Complaints) error {
	i := httpx.Identity(r)
	if i.AccountID == 0 {
		return httpx.See(w, r, httpx.SignInPath)
	}
	open, err := h.SignIn.Choices(r.Context(), i.AccountID)
	if err != nil {
		return err
	}
	c := signinview.Choice{Open: open, Chosen: i.OrgID, Next: httpx.LocalPath(next, ""), Wrong: wrong}
	if c.Chosen == 0 {
		c.Chosen = signin.Preselected(open, taxid.TIN(h.Sessions.Get(r.Context(), keyTIN)))
	}
	return httpx.Render(w, r, status, signinview.Choose(c))
}

// choose answers POST /sign-in/organization.
func (h Handlers) choose(w http.ResponseWriter, r *http.Request) error {
	ctx, i, next := r.Context(), httpx.Identity(r), r.PostFormValue("next")
	if i.AccountID == 0 {
		return actor.ErrSignIn
	}
	orgID, _ := strconv.ParseInt(r.PostFormValue("org"), 10, 64) // what is no number is no organization
	m, err := h.SignIn.Choose(ctx, i.AccountID, i.Name, orgID, httpx.OriginOf(r))
	if wrong, ok := httpx.Complaints(err); ok {
		return h.choices(w, r, http.StatusUnprocessableEntity, next, wrong)
	}
	if err != nil {
		return err
	}
	if err := h.Sessions.Choose(ctx, m.OrgID, m.MemberID); err != nil {
		return err
	}
	return httpx.See(w, r, httpx.LocalPath(next, "/home"))
}

// stay answers POST /sign-in/stay, by which a page says that its reader is still
// there. To be asked is to be used, so there is nothing to do for a session that
// still is.
func (h Handlers) stay(w http.ResponseWriter, r *http.Request) error {
	if startOf(httpx.Identity(r)) == "" {
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// leave answers POST /sign-out, also for staff and also twice.
func (h Handlers) leave(w http.ResponseWriter, r *http.Request) error {
	i, to := httpx.Identity(r), "/"
	var who actor.Subject
	switch {
	case i.Staff():
		who, to = httpx.Operator(r).Subject(), httpx.StaffSignInPath
	case i.Member():
		who = httpx.Actor(r).Subject()
	case i.AccountID != 0:
		who = actor.Subject{Kind: "account", ID: strconv.FormatInt(i.AccountID, 10), Name: i.Name, Origin: httpx.OriginOf(r)}
	default:
		return httpx.See(w, r, to)
	}
	if err := h.SignIn.Leave(r.Context(), who); err != nil {
		return err
	}
	if err := h.Sessions.SignOut(r.Context()); err != nil {
		return err
	}
	return httpx.See(w, r, to)
}
