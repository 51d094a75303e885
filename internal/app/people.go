package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/access"
	"kabinet/internal/access/accesshttp"
	"kabinet/internal/member"
	"kabinet/internal/member/memberhttp"
	"kabinet/internal/platform/httpx"
)

// peoplePages are the rooms about the users of an organization and what they
// ask their administrators for.
type peoplePages struct {
	members memberhttp.Handlers
	access  accesshttp.Handlers
}

// openPeople makes the services. What a user holds besides sessions ends
// with a block: each feature that gives something adds its Revoker here.
func (a *App) openPeople() {
	r := &a.rooms
	r.users = &member.Service{DB: a.db, Box: a.box, Inviter: r.invite, Revokers: []member.Revoker{r.invite, r.technical, r.keys}}
	r.access = &access.Service{DB: a.db, Members: r.users}
}

func (a *App) peoplePages() peoplePages {
	r := &a.rooms
	return peoplePages{
		members: memberhttp.Handlers{Members: r.users, Sessions: a.sessions, Sections: a.userSections(), Now: a.now},
		access:  accesshttp.Handlers{Access: r.access, Members: r.users, Sessions: a.sessions},
	}
}

func (p peoplePages) routes(m chi.Router, wrap httpx.Wrap) {
	p.members.Routes(m, wrap)
	p.access.Routes(m, wrap)
}
