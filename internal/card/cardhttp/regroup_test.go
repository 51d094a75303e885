package cardhttp_test

import (
	"net/http"
	"net/url"
	"testing"
)

func TestTheGroupOfADraftIsChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, err := s.cards.Create(t.Context(), s.publisher(), "", bottle(1))
	s.must(err)
	b := s.as("publisher")
	want(t, b.Get(path(id, "/edit/identification")), http.StatusOK, "Change the product group")
	want(t, b.Get(path(id, "/group")), http.StatusOK, "Which product group is it for?", "See what changes")
	want(t, b.Get(path(id, "/group?to=tobacco")), http.StatusOK, "Will be: Tobacco", "answers do not fit there", "Volume: 0,5")
	want(t, b.Post(path(id, "/group"), url.Values{"to": {"tobacco"}, "revision": {"7"}}), http.StatusConflict)
	p := b.Post(path(id, "/group"), url.Values{"to": {"tobacco"}, "revision": {s.text(`select revision::text from cards where id = $1`, id)}})
	if p.Status != http.StatusSeeOther || p.Location != path(id, "/edit/attributes") || s.text(`select group_id::text from cards where id = $1`, id) != "3" {
		t.Errorf("%d to %s", p.Status, p.Location)
	}
	want(t, s.as("observer").Get(path(id, "/group")), http.StatusForbidden)
	want(t, s.as("stranger").Get(path(id, "/group")), http.StatusNotFound)
}
