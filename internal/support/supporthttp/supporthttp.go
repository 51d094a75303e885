// Package supporthttp answers the pages on which members ask the operator, and
// the desk where staff answer.
package supporthttp

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/internal/support"
	"kabinet/web/supportview"
)

// Handlers answers /support, /op/support and /op/dictionaries/answers.
type Handlers struct {
	Support  *support.Service
	Sessions *session.Manager
	Contacts supportview.Contacts
	Now      clock.Clock
	// Seen is told who has just read something, so that what counts the unread
	// counts anew; may be nil.
	Seen func(*http.Request)
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/support", wrap(h.list))
	r.Get("/support.csv", wrap(h.export))
	r.Get("/support/new", wrap(h.blank))
	r.Post("/support/new", wrap(h.ask))
	r.Get("/support/{id}", wrap(h.show))
	r.Post("/support/{id}/reply", wrap(h.reply))
	r.Post("/support/{id}/read", wrap(h.read))
	r.Post("/support/{id}/score", wrap(h.score))
	r.Get("/support/{id}/withdraw", wrap(h.askWithdraw))
	r.Post("/support/{id}/withdraw", wrap(h.withdraw))
	r.Get("/support/{id}/files/{message}/{n}", wrap(h.file))
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := ownFilter(q)
	if blank(q) {
		return httpx.See(w, r, supportview.OwnURL(f))
	}
	a := httpx.Actor(r)
	rows, err := h.Support.Own(r.Context(), a, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Own(supportview.OwnPage{
		OwnPage: rows, Filter: f, Everybody: a.Need(perm.MemberManage) == nil, Contacts: h.Contacts, Now: h.Now(),
	}))
}

// ownFilter reads the address; what cannot be read does not narrow.
func ownFilter(q url.Values) support.OwnFilter {
	kind, _ := support.ParseKind(q.Get("kind"))
	return support.OwnFilter{
		Part: support.ParsePart(q.Get("status")), Kind: kind, Query: strings.TrimSpace(q.Get("q")),
		After: q.Get("after"), Size: page.Size(q.Get("per")),
	}
}

// blank reports whether the address holds empty parameters: a form sends all of
// its fields, a link should hold only what was filled in.
func blank(q url.Values) bool {
	for _, vs := range q {
		if len(vs) == 0 || vs[0] == "" {
			return true
		}
	}
	return false
}

func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	rows, err := h.Support.ExportOwn(r.Context(), httpx.Actor(r), ownFilter(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("support", h.Now(), ".csv"), supportview.ExportOwn(r.Context(), rows))
}

// blank answers GET /support/new: without a thing to ask about, what one can ask
// about; with one that is asked for on a page of its own, that page.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	about, ok := support.ParseAbout(r.URL.Query().Get("about"))
	if !ok {
		return httpx.Render(w, r, http.StatusOK, supportview.Topics(h.Contacts))
	}
	if to := supportview.Elsewhere(about); to != "" {
		return httpx.See(w, r, to)
	}
	about, err := h.Support.About(r.Context(), a, about)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.New(supportview.NewPage{About: about, Contacts: h.Contacts}))
}

func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.OrgRead); err != nil { // before the files are read
		return err
	}
	form, err := receive(w, r)
	defer form.close()
	about, ok := support.ParseAbout(form.value("about"))
	if !ok {
		about = support.About{Kind: support.Other}
	}
	draft := support.Draft{Title: form.value("title"), Body: form.value("body")}
	var made support.Request
	if err == nil {
		made, err = h.Support.Open(r.Context(), a, about, draft, form.uploads)
	}
	if wrong, ok := httpx.Complaints(err); ok {
		if about, err = h.Support.About(r.Context(), a, about); err != nil {
			return err
		}
		p := supportview.NewPage{About: about, Draft: draft, Files: len(form.uploads) > 0, Contacts: h.Contacts, Wrong: wrong}
		return httpx.Render(w, r, http.StatusUnprocessableEntity, supportview.New(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "support.flash.opened", made.Path())
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.thread(w, r, http.StatusOK, supportview.ThreadPage{})
}

// thread draws the request of the address with what p says was typed.
func (h Handlers) thread(w http.ResponseWriter, r *http.Request, status int, p supportview.ThreadPage) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if p.Thread, err = h.Support.Get(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	p.Reader, p.Contacts, p.Now = httpx.Actor(r).MemberID, h.Contacts, h.Now()
	return httpx.Render(w, r, status, supportview.Thread(p))
}

func (h Handlers) reply(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	form, err := receive(w, r)
	defer form.close()
	if err == nil {
		err = h.Support.Reply(r.Context(), a, id, form.value("body"), form.uploads)
	}
	if wrong, ok := httpx.Complaints(err); ok {
		return h.thread(w, r, http.StatusUnprocessableEntity, supportview.ThreadPage{Body: form.value("body"), Files: len(form.uploads) > 0, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	h.seen(r)
	return h.done(w, r, "support.flash.replied", supportview.Path(id))
}

func (h Handlers) read(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	upTo, _ := strconv.ParseInt(r.PostFormValue("up_to"), 10, 64) // nothing was read up to 0
	if err := h.Support.MarkRead(r.Context(), httpx.Actor(r), id, upTo); err != nil {
		return err
	}
	h.seen(r)
	return httpx.See(w, r, supportview.Path(id))
}

func (h Handlers) score(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	d := support.ScoreDraft{Score: r.PostFormValue("score"), Text: r.PostFormValue("text")}
	err = h.Support.Score(r.Context(), httpx.Actor(r), id, d)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.thread(w, r, http.StatusUnprocessableEntity, supportview.ThreadPage{Score: d, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	h.seen(r)
	return h.done(w, r, "support.flash.scored", supportview.Path(id))
}

// askWithdraw answers GET …/withdraw.
func (h Handlers) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	t, err := h.Support.Get(r.Context(), httpx.Actor(r), id)
	switch {
	case err != nil:
		return err
	case !t.Can(support.Withdraw):
		return support.ErrOver
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Withdraw(t.Request))
}

func (h Handlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if err := h.Support.Withdraw(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	return h.done(w, r, "support.flash.withdrawn", supportview.Path(id))
}

func (h Handlers) file(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	message, n, err := whichFile(r)
	if err != nil {
		return err
	}
	f, content, err := h.Support.ReadFile(r.Context(), httpx.Actor(r), id, message, n)
	if err != nil {
		return err
	}
	return httpx.Download(w, supportview.FileName(id, f), f.MediaType, f.Size, content)
}

// whichFile reads message and number of an attachment.
func whichFile(r *http.Request) (message int64, n int, err error) {
	if message, err = number(r, "message"); err != nil {
		return 0, 0, err
	}
	at, err := number(r, "n")
	if err == nil && at > support.MaxFiles {
		err = support.ErrNotFound
	}
	return message, int(at), err
}

// number reads a part of the address; what is no number names nothing.
func number(r *http.Request, part string) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, part), 10, 64)
	if err != nil || n <= 0 {
		return 0, support.ErrNotFound
	}
	return n, nil
}

func (h Handlers) seen(r *http.Request) {
	if h.Seen != nil {
		h.Seen(r)
	}
}

// done leaves a word for the next page and leads there.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, flash, to string) error {
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, to)
}

func (h Handlers) warned(w http.ResponseWriter, r *http.Request, flash, to string) error {
	h.Sessions.Put(r.Context(), "flash.tone", "warn")
	return h.done(w, r, flash, to)
}
