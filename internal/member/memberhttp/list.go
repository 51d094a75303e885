package memberhttp

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/memberview"
)

// parameters of the list, in the order of its address.
var parameters = []string{"q", "status", "role", "kind", "per", "after"}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if short, ok := shortened("/org/users", q); ok {
		return httpx.See(w, r, short)
	}
	return h.listPage(w, r, http.StatusOK, q, nil)
}

func (h Handlers) listPage(w http.ResponseWriter, r *http.Request, status int, q url.Values, wrong fault.Complaints) error {
	a, f := httpx.Actor(r), filter(q)
	p, err := h.Members.List(r.Context(), a, f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, memberview.List(memberview.ListPage{
		Page: p, Filter: f, Self: a.MemberID, Address: address("/org/users", q), Wrong: wrong,
	}))
}

// filter reads the address; what is not known does not narrow.
func filter(q url.Values) member.Filter {
	f := member.Filter{Query: strings.TrimSpace(q.Get("q")), After: q.Get("after"), Size: page.Size(q.Get("per"))}
	for _, s := range member.Statuses() {
		if q.Get("status") == string(s) {
			f.Status = s
		}
	}
	for _, role := range perm.MemberRoles() {
		if q.Get("role") == string(role) {
			f.Role = role
		}
	}
	for _, k := range member.Kinds() {
		if q.Get("kind") == string(k) {
			f.Kind = k
		}
	}
	return f
}

// shortened gives the address without its empty parameters, if it has some: a
// form sends all of its fields, a link should hold only what was filled in.
func shortened(base string, q url.Values) (string, bool) {
	for _, vs := range q {
		if len(vs) == 0 || vs[0] == "" {
			return address(base, q)(), true
		}
	}
	return "", false
}

// address makes addresses of a list that keep what q holds, but for the given
// parameters ("status", "active"). A change of the filter begins at the start.
func address(base string, q url.Values) func(changes ...string) string {
	return func(changes ...string) string {
		next := url.Values{}
		for _, name := range parameters {
			if v := q.Get(name); v != "" && (name != "after" || len(changes) == 0) {
				next.Set(name, v)
			}
		}
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i+1] == "" {
				next.Del(changes[i])
				continue
			}
			next.Set(changes[i], changes[i+1])
		}
		if len(next) == 0 {
			return base
		}
		return base + "?" + next.Encode()
	}
}

func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return h.file(w, "users", memberview.ExportTitles(ctx), func(write func([]string) error) error {
		return h.Members.Export(ctx, httpx.Actor(r), filter(r.URL.Query()), func(l member.Listed) error {
			return write(memberview.ExportCells(ctx, l))
		})
	})
}

// file sends rows as CSV while they are read.
func (h Handlers) file(w http.ResponseWriter, name string, titles []string, rows func(write func([]string) error) error) error {
	return httpx.CSVRows(w, httpx.FileName(name, h.Now(), ".csv"), titles, rows)
}

// blank answers GET /org/users/new. What is likely is chosen already: a person,
// everywhere, written to in the reader's language.
func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.MemberManage); err != nil {
		return err
	}
	return h.newPage(w, r, http.StatusOK, memberview.NewPage{Draft: member.Draft{
		Kind: string(member.Business), Person: member.Person{Language: i18n.From(r.Context()).Code()},
		Reach: member.Reach{AllGroups: "all", AllPlaces: "all"}, FormKey: rand.Text(),
	}})
}

func (h Handlers) newPage(w http.ResponseWriter, r *http.Request, status int, p memberview.NewPage) (err error) {
	if p.Choices, err = h.Members.Choices(r.Context(), httpx.Actor(r)); err != nil {
		return err
	}
	return httpx.Render(w, r, status, memberview.New(p))
}

// add answers POST /org/users. Names that are missing in Russian or English come
// back written from the Uzbek one: a suggestion to look at, not a value to keep.
func (h Handlers) add(w http.ResponseWriter, r *http.Request) error {
	a := httpx.Actor(r)
	d := member.Draft{
		Kind: r.PostFormValue("kind"), Person: person(r), Preset: r.PostFormValue("preset"),
		Roles: r.PostForm["roles"], Reach: reach(r), FormKey: r.PostFormValue("form"),
	}
	if r.PostFormValue("act") == "fill" {
		if err := a.Need(perm.MemberManage); err != nil {
			return err
		}
		d.Person = d.Filled()
		return h.newPage(w, r, http.StatusOK, memberview.NewPage{Draft: d})
	}
	n, err := h.Members.Add(r.Context(), a, d)
	if wrong, ok := httpx.Complaints(err); ok {
		d.Person = d.Filled()
		return h.newPage(w, r, http.StatusUnprocessableEntity, memberview.NewPage{Draft: d, Wrong: wrong, Taken: taken(err)})
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "member.flash.added", memberview.Path(n, ""))
}
