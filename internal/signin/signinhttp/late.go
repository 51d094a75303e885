package signinhttp

import (
	"net/http"

	"kabinet/internal/platform/carry"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/signin"
	"kabinet/web/edsview"
	"kabinet/web/signinview"
)

// Late lets somebody whose session ended while a form was filled in sign in on
// the spot: what was typed travels along in the page. All other problems are
// drawn as before.
func (h Handlers) Late(draw httpx.Draw) httpx.Draw {
	return h.keeper().Draw(draw, func(w http.ResponseWriter, r *http.Request, status int, late *carry.Late) error {
		return h.show(w, r, status, signinview.Entrance{Late: kept(late)})
	})
}

// kept is a late form as the page shows it; nil for none.
func kept(l *carry.Late) *edsview.Late {
	if l == nil {
		return nil
	}
	return edsview.NewLate(l.Query(), l.Typed, l.To != "")
}

func (h Handlers) keeper() carry.Keeper { return carry.Keeper{Box: h.Box, Sessions: h.Sessions} }

// resume begins the session in the organization for which a late form was filled
// in, and lets the form go on. Anybody else's is dropped.
func (h Handlers) resume(w http.ResponseWriter, r *http.Request, e signin.Entry, late *carry.Late) error {
	orgID := late.Org(e.AccountID)
	for _, m := range e.Open {
		if m.OrgID == orgID {
			if err := h.begin(r, e, m); err != nil {
				return err
			}
			return late.GoOn(w, r, "/home")
		}
	}
	to, err := h.admit(r, e, "")
	if err != nil {
		return err
	}
	h.keeper().Drop(r)
	return httpx.See(w, r, to)
}
