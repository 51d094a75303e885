// Package memberhttp answers the pages about the users of an organization.
package memberhttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/memberview"
	"kabinet/web/ui"
)

// Section is a further part of a user's page, drawn by the feature it belongs
// to; nil draws nothing.
type Section func(r *http.Request, u member.User) (templ.Component, error)

// Handlers answers /org/users and /org/roles.
type Handlers struct {
	Members  *member.Service
	Sessions *session.Manager
	// Sections follow the facts of a user: the invitation, keys, addresses.
	Sections []Section
	Now      clock.Clock
}

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/org/users", wrap(h.list))
	r.Get("/org/users.csv", wrap(h.export))
	r.Get("/org/users/new", wrap(h.blank))
	r.Post("/org/users", wrap(h.add))
	r.Get("/org/users/import", wrap(h.uploadForm))
	r.Post("/org/users/import", wrap(h.upload))
	r.Get("/org/users/import/template.csv", wrap(h.templateCSV))
	r.Get("/org/users/import/template.xlsx", wrap(h.templateXLSX))
	r.Get("/org/users/import/{id}", wrap(h.checked))
	r.Post("/org/users/import/{id}", wrap(h.apply))
	r.Post("/org/users/bulk", wrap(h.pick))
	r.Get("/org/users/bulk/{act}", wrap(h.confirmMany))
	r.Post("/org/users/bulk/{act}", wrap(h.doMany))
	r.Get("/org/users/{id}", wrap(h.user))
	r.Get("/org/users/{id}/edit", wrap(h.form(memberview.Edit)))
	r.Post("/org/users/{id}/edit", wrap(h.edit))
	r.Get("/org/users/{id}/roles", wrap(h.form(memberview.Roles)))
	r.Post("/org/users/{id}/roles", wrap(h.roles))
	r.Get("/org/users/{id}/scope", wrap(h.form(memberview.Scope)))
	r.Post("/org/users/{id}/scope", wrap(h.scope))
	r.Get("/org/users/{id}/block", wrap(h.askBlock))
	r.Post("/org/users/{id}/block", wrap(h.block))
	r.Post("/org/users/{id}/unblock", wrap(h.unblock))
	r.Post("/org/users/{id}/invite", wrap(h.invite))
	r.Get("/org/roles", wrap(h.matrix))
	r.Get("/org/roles.csv", wrap(h.exportMatrix))
}

// id reads the user's number; what is no number names nobody.
func id(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, member.ErrUnknown
	}
	return n, nil
}

// done says what was done on the page that follows, and lets the person it was
// done to feel it at once.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, flash, to string) error {
	h.Sessions.Forget(session.Who{OrgID: httpx.Actor(r).OrgID})
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, to)
}

// user answers GET /org/users/{id}.
func (h Handlers) user(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), httpx.Actor(r)
	n, err := id(r)
	if err != nil {
		return err
	}
	p := memberview.UserPage{Self: n == a.MemberID}
	if p.User, err = h.Members.Get(ctx, a, n); err != nil {
		return err
	}
	if p.Choices, err = h.Members.Choices(ctx, a); err != nil {
		return err
	}
	if p.History, err = h.Members.History(ctx, a, n); err != nil {
		return err
	}
	for _, section := range h.Sections {
		c, err := section(r, p.User)
		if err != nil {
			return err
		}
		if c != nil {
			p.Sections = append(p.Sections, c)
		}
	}
	return httpx.Render(w, r, http.StatusOK, memberview.User(p))
}

// stored is the form of a user as it is now.
func (h Handlers) stored(r *http.Request) (memberview.EditPage, error) {
	ctx, a := r.Context(), httpx.Actor(r)
	n, err := id(r)
	if err != nil {
		return memberview.EditPage{}, err
	}
	u, err := h.Members.Get(ctx, a, n)
	if err != nil {
		return memberview.EditPage{}, err
	}
	c, err := h.Members.Choices(ctx, a)
	return memberview.Stored(u, n == a.MemberID, c), err
}

// form answers the pages that ask for changes of a user.
func (h Handlers) form(draw func(memberview.EditPage) templ.Component) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := h.stored(r)
		if err != nil {
			return err
		}
		return httpx.Render(w, r, http.StatusOK, draw(p))
	}
}

func (h Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	typed := person(r)
	save := func(n int64, version int) error {
		return h.Members.SavePerson(r.Context(), httpx.Actor(r), n, version, typed)
	}
	return h.save(w, r, "member.flash.saved", save, memberview.Edit, func(p *memberview.EditPage) { p.Person = typed })
}

func (h Handlers) roles(w http.ResponseWriter, r *http.Request) error {
	typed := r.PostForm["roles"]
	save := func(n int64, version int) error {
		return h.Members.SetRoles(r.Context(), httpx.Actor(r), n, version, typed)
	}
	return h.save(w, r, "member.flash.roles", save, memberview.Roles, func(p *memberview.EditPage) { p.Roles = typed })
}

func (h Handlers) scope(w http.ResponseWriter, r *http.Request) error {
	typed := reach(r)
	save := func(n int64, version int) error {
		return h.Members.SetScope(r.Context(), httpx.Actor(r), n, version, typed)
	}
	return h.save(w, r, "member.flash.scope", save, memberview.Scope, func(p *memberview.EditPage) { p.Reach = typed })
}

// save changes a user and goes back to its page. What was refused is asked
// again with what was typed; a user changed by somebody else meanwhile is shown
// with both versions.
func (h Handlers) save(w http.ResponseWriter, r *http.Request, flash string, save func(int64, int) error,
	draw func(memberview.EditPage) templ.Component, typed func(*memberview.EditPage),
) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.PostFormValue("version")) // none of ours: it will be stale
	err = save(n, version)
	if err == nil {
		return h.done(w, r, flash, memberview.Path(n, ""))
	}
	wrong, complained := httpx.Complaints(err)
	if !complained && !errors.Is(err, member.ErrStale) {
		return err
	}
	p, gone := h.stored(r)
	if gone != nil {
		return gone
	}
	typed(&p)
	p.Wrong, p.Taken = wrong, taken(err)
	if !complained {
		if p.Stale, err = h.stale(r, p); err != nil {
			return err
		}
		return httpx.Render(w, r, http.StatusConflict, draw(p))
	}
	return httpx.Render(w, r, http.StatusUnprocessableEntity, draw(p))
}

// stale says who changed a user meanwhile.
func (h Handlers) stale(r *http.Request, p memberview.EditPage) (*ui.Clash, error) {
	events, err := h.Members.History(r.Context(), httpx.Actor(r), p.User.ID)
	if err != nil {
		return nil, err
	}
	s := &ui.Clash{Rows: p.Compare(r.Context())}
	if len(events) > 0 {
		s.By, s.At = events[0].By, events[0].At
	}
	return s, nil
}

// taken is the user who has the personal number that was typed, 0 for none.
func taken(err error) int64 {
	f, ok := fault.As(err)
	if !ok || !errors.Is(err, member.ErrTaken) || len(f.Args) < 2 {
		return 0
	}
	n, _ := f.Args[1].(int64)
	return n
}

func person(r *http.Request) member.Person {
	v := r.PostFormValue
	return member.Person{
		Name: v("name"), NameRu: v("name_ru"), NameEn: v("name_en"),
		Position: v("position"), PositionRu: v("position_ru"), PositionEn: v("position_en"),
		Email: v("email"), Language: v("language"), PINFL: v("pinfl"),
	}
}

func reach(r *http.Request) member.Reach {
	return member.Reach{
		AllGroups: r.PostFormValue("all_groups"), AllPlaces: r.PostFormValue("all_places"),
		Groups: r.PostForm["groups"], Places: r.PostForm["places"],
	}
}

// askBlock answers GET /org/users/{id}/block.
func (h Handlers) askBlock(w http.ResponseWriter, r *http.Request) error {
	return h.blockPage(w, r, http.StatusOK, member.Blocking{}, nil)
}

func (h Handlers) blockPage(w http.ResponseWriter, r *http.Request, status int, typed member.Blocking, wrong fault.Complaints) error {
	a := httpx.Actor(r)
	n, err := id(r)
	if err != nil {
		return err
	}
	u, err := h.Members.Get(r.Context(), a, n)
	if err != nil {
		return err
	}
	if u.Status == member.Blocked {
		return member.ErrBlocked
	}
	return httpx.Render(w, r, status, memberview.Block(memberview.Blocking{User: u, Self: n == a.MemberID, Typed: typed, Wrong: wrong}))
}

func (h Handlers) block(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	typed := member.Blocking{Reason: r.PostFormValue("reason"), Self: r.PostFormValue("self") == "yes"}
	err = h.Members.Block(r.Context(), httpx.Actor(r), n, typed)
	if errors.Is(err, member.ErrLastAdmin) {
		err = member.ErrLastAdmin.On("reason")
	}
	if wrong, ok := httpx.Complaints(err); ok {
		return h.blockPage(w, r, httpx.ProblemOf(err).Status, typed, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "member.flash.blocked", memberview.Path(n, ""))
}

func (h Handlers) unblock(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.Members.Unblock(r.Context(), httpx.Actor(r), n); err != nil {
		return err
	}
	return h.done(w, r, "member.flash.unblocked", memberview.Path(n, ""))
}

func (h Handlers) invite(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.Members.Invite(r.Context(), httpx.Actor(r), n); err != nil {
		return err
	}
	return h.done(w, r, "member.flash.invited", memberview.Path(n, ""))
}
