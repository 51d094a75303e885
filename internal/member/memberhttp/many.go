package memberhttp

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/memberview"
)

// errNothing is the complaint about an act on nobody.
var errNothing = fault.New(fault.Invalid, "member.many.nothing").On("users")

// pick answers POST /org/users/bulk: who was ticked in the list goes on to the
// page that asks. With nobody ticked the list comes back and says so.
func (h Handlers) pick(w http.ResponseWriter, r *http.Request) error {
	act, err := manyOf(r, r.PostFormValue("act"))
	if err != nil {
		return err
	}
	in := listOf(r.PostFormValue(memberview.InName))
	q := url.Values{}
	if len(in) > 0 {
		q.Set(memberview.InName, in.Encode())
	}
	ids := ticked(r.PostForm["id"])
	switch {
	case r.PostFormValue("all") == "yes":
		q.Set("all", "yes")
	case len(ids) == 0:
		wrong, _ := httpx.Complaints(errNothing)
		return h.listPage(w, r, http.StatusUnprocessableEntity, in, wrong)
	default:
		q.Set("ids", memberview.JoinIDs(ids))
	}
	return httpx.See(w, r, memberview.ManyURL(act)+"?"+q.Encode())
}

// manyOf is an act on several users by its name, for who may do it.
func manyOf(r *http.Request, name string) (member.Many, error) {
	if err := httpx.Actor(r).Need(perm.MemberManage); err != nil {
		return "", err
	}
	if act := member.Many(name); slices.Contains(member.Manies(), act) {
		return act, nil
	}
	return "", httpx.ErrNotFound
}

// listOf reads the query of the list one came from; only its own parameters stay.
func listOf(query string) url.Values {
	q, _ := url.ParseQuery(query)
	kept := url.Values{}
	for _, name := range parameters {
		if v := q.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	return kept
}

// ticked reads the numbers of users, each of which may be several with commas;
// what is no number names nobody.
func ticked(values []string) []int64 {
	var ids []int64
	for _, v := range values[:min(len(values), member.MaxMany)] {
		for text := range strings.SplitSeq(v, ",") {
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && len(ids) < member.MaxMany {
				ids = append(ids, n)
			}
		}
	}
	return ids
}

// confirmMany answers GET /org/users/bulk/{act}: what will be done, with whom, and
// who is left out. What a filter chooses is looked up again.
func (h Handlers) confirmMany(w http.ResponseWriter, r *http.Request) error {
	act, err := manyOf(r, chi.URLParam(r, "act"))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	in := listOf(q.Get(memberview.InName))
	sel := member.Selection{IDs: ticked(q["ids"]), All: q.Get("all") == "yes", Filter: filter(in)}
	return h.manyPage(w, r, http.StatusOK, memberview.ManyPage{Order: member.Order{Act: act}, In: in.Encode()}, sel)
}

func (h Handlers) manyPage(w http.ResponseWriter, r *http.Request, status int, p memberview.ManyPage, sel member.Selection) error {
	a := httpx.Actor(r)
	users, err := h.Members.Chosen(r.Context(), a, sel)
	if err != nil {
		return err
	}
	if p.Choices, err = h.Members.Choices(r.Context(), a); err != nil {
		return err
	}
	p.Fit, p.Left = member.Apart(a, p.Order, users)
	return httpx.Render(w, r, status, memberview.Bulk(p))
}

// doMany answers POST /org/users/bulk/{act}. Who was left out is shown with the
// reason; when nobody was, the list follows.
func (h Handlers) doMany(w http.ResponseWriter, r *http.Request) error {
	act, err := manyOf(r, chi.URLParam(r, "act"))
	if err != nil {
		return err
	}
	in := listOf(r.PostFormValue(memberview.InName))
	ids := ticked(r.PostForm["ids"])
	p := memberview.ManyPage{
		Order: member.Order{Act: act, Reason: r.PostFormValue("reason"), Role: perm.Role(r.PostFormValue("role"))},
		In:    in.Encode(),
	}
	done, left, err := h.Members.DoMany(r.Context(), httpx.Actor(r), p.Order, ids)
	h.Sessions.Forget(session.Who{OrgID: httpx.Actor(r).OrgID})
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return h.manyPage(w, r, http.StatusUnprocessableEntity, p, member.Selection{IDs: ids})
	}
	switch {
	case err != nil:
		return err
	case len(left) > 0:
		p.Done, p.Left = &done, left
		return httpx.Render(w, r, http.StatusUnprocessableEntity, memberview.Bulk(p))
	}
	return h.done(w, r, "member.flash.many_"+string(act), memberview.Back(p.In))
}
