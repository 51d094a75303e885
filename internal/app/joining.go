package app

import (
	"net/http"

	"github.com/a-h/templ"

	"kabinet/internal/invite"
	"kabinet/internal/invite/invitehttp"
	"kabinet/internal/member"
	"kabinet/internal/member/memberhttp"
	"kabinet/internal/platform/password"
	"kabinet/internal/technical"
	"kabinet/internal/technical/technicalhttp"
	"kabinet/web/edsview"
)

// openJoining makes what lets invited people and programs in.
func (a *App) openJoining(host string) {
	r := &a.rooms
	r.technical = &technical.Service{DB: a.db, Hasher: password.New()}
	r.invite = &invite.Service{
		DB: a.db, Box: a.box, Mail: a.mail, Proof: r.proof, Accounts: r.accounts, Technical: r.technical,
		BaseURL: string(a.conf.Web.BaseURL), Host: host, Now: a.now,
	}
	r.izkm = technicalhttp.API{Technical: r.technical, Now: a.now}
}

// joinPages adds its pages. A code typed on the page of activations may be that of
// an invitation, and the other way round: each page hands what it does not know
// to the other.
func (a *App) joinPages(panel edsview.Config) {
	r := &a.rooms
	activation := r.pages.signup
	joining := invitehttp.Handlers{Invite: r.invite, Sessions: a.sessions, EDS: panel}
	r.pages.signup.Elsewhere = joining.TakeCode
	joining.Elsewhere = activation.TakeCode
	r.pages.invite = joining
	r.pages.technical = technicalhttp.Handlers{Technical: r.technical, Sessions: a.sessions}
}

// userSections are the parts of a user's page that belong to the features here.
func (a *App) userSections() []memberhttp.Section {
	return []memberhttp.Section{
		func(r *http.Request, u member.User) (templ.Component, error) {
			return invitehttp.Handlers{Invite: a.rooms.invite}.OfUser(r, u.ID)
		},
		func(r *http.Request, u member.User) (templ.Component, error) {
			if u.Kind != member.Technical {
				return nil, nil //nolint:nilnil // nil draws nothing
			}
			return technicalhttp.Handlers{Technical: a.rooms.technical}.OfUser(r, u.ID)
		},
	}
}
