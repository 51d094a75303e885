package profilehttp

import (
	"net/http"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/profile"
	"kabinet/web/edsview"
	"kabinet/web/profileview"
)

// director answers GET /director, which somebody opens who cannot sign in yet.
func (h Handlers) director(w http.ResponseWriter, r *http.Request) error {
	return h.directorPage(w, r, nil)
}

func (h Handlers) directorPage(w http.ResponseWriter, r *http.Request, trouble *fault.Error) error {
	status := http.StatusOK
	if trouble != nil {
		p := httpx.ProblemOf(trouble)
		p.Later(w)
		status = p.Status
	}
	httpx.AllowConnect(w, h.EDS.Endpoints()...)
	return httpx.Render(w, r, status, profileview.Director(profileview.DirectorPage{
		Statement: h.Profile.Statement(r.Context()), Trouble: trouble,
		Panel: edsview.Form{Config: h.EDS, Challenge: "/director/challenge", Action: "/director"},
	}))
}

func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	c, err := h.Profile.Challenge(r.Context(), key, httpx.OriginOf(r).IP)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// takeOver answers POST /director. The new director is signed in at once.
func (h Handlers) takeOver(w http.ResponseWriter, r *http.Request) error {
	key, err := h.Sessions.Key(r.Context())
	if err != nil {
		return err
	}
	done, err := h.Profile.TakeOver(r.Context(), profile.Answer{
		SessionKey: key, Origin: httpx.OriginOf(r), Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7"),
	})
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal {
		return h.directorPage(w, r, f)
	}
	if err != nil {
		return err
	}
	if done.Waiting {
		return httpx.See(w, r, "/director/recorded")
	}
	who := session.Who{AccountID: done.AccountID, OrgID: done.OrgID, MemberID: done.MemberID, Until: done.Until}
	if err := h.Sessions.SignIn(r.Context(), who); err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "profile.director.done")
	return httpx.See(w, r, "/home")
}

func (h Handlers) recorded(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, profileview.Recorded())
}
