package staffhttp_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kabinet/internal/platform/httpx/httptesting"
)

func TestALateFormOfTheStaffGoesOnAfterTheSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Timur Rashidov", timur, "op_admin")
	s.hire("Lola Umarova", lola, "op_admin")
	asleep := func() { s.exec(`update sessions set last_seen = now() - interval '31 minutes'`) }
	draft := url.Values{"name": {"Nodir Aliyev"}, "pinfl": {stranger}, "roles": {"op_watcher"}}
	action := regexp.MustCompile(`data-eds method="post" action="([^"]*)"`)
	hidden := regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	comeBack := func(b *httptesting.Browser, page httptesting.Page, name, pinfl string) httptesting.Page {
		t.Helper()
		wantPage(t, page, 401, "", "data-eds")
		way := html.UnescapeString(action.FindStringSubmatch(strings.Join(strings.Fields(page.Body), " "))[1])
		fields := url.Values{}
		for _, f := range hidden.FindAllStringSubmatch(page.Body, -1) {
			fields.Add(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
		}
		id, text := b.Challenge("/op/sign-in/challenge")
		sent := httptesting.Signed(s.For(name, pinfl, ""), id, text, fields)
		if p := b.Post(way, sent); p.Status != http.StatusTemporaryRedirect {
			return p
		} else {
			return b.Post(p.Location, sent)
		}
	}

	b := s.signedIn("TIMUR", timur)
	asleep()
	page := comeBack(b, b.Post("/op/staff", draft), "LOLA", lola)
	wantPage(t, page, 303, "/op", "")
	if n := s.count(`select count(*) from staff where name = 'Nodir Aliyev'`); n != 0 {
		t.Fatal("the form of one person was sent by another")
	}
	b = s.signedIn("TIMUR", timur)
	asleep()
	page = comeBack(b, b.Post("/op/staff", draft), "TIMUR", timur)
	if page.Status != 303 || s.count(`select count(*) from staff where name = 'Nodir Aliyev'`) != 1 {
		t.Errorf("%d %q, and the form did not go on", page.Status, page.Location)
	}
}
