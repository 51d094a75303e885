package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/member"
	"kabinet/internal/member/memberhttp"
	"kabinet/internal/platform/httpx"
)

// peoplePages are the rooms about the users of an organization and what they
// ask their administrators for.
type peoplePages struct {
	members memberhttp.Handlers
}

// openPeople makes the users' service. What a user holds besides sessions ends
// with a block: each feature that gives something adds its Revoker here.
func (a *App) openPeople() {
	r := &a.rooms
	r.users = &member.Service{DB: a.db, Box: a.box, Inviter: r.invite, Revokers: []member.Revoker{r.invite, r.technical}}
}

func (a *App) peoplePages() peoplePages {
	return peoplePages{members: memberhttp.Handlers{Members: a.rooms.users, Sessions: a.sessions, Now: a.now}}
}

func (p peoplePages) routes(m chi.Router, wrap httpx.Wrap) {
	p.members.Routes(m, wrap)
}
