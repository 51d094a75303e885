package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestALateFormIsKeptInThePage of the sign-in that its area has; what becomes of it
// then is tested where people sign in.
func TestALateFormIsKeptInThePage(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	a.exec(t, stage)
	people(t, a)
	post := func(path string, who identity, ended bool) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("email=barno%40example.com"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if who.name != "" {
			r.AddCookie(&http.Cookie{Name: "kabinet", Value: a.session(t, who)})
		}
		if ended {
			a.exec(t, `update sessions set last_seen = now() - interval '31 minutes'`)
		}
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		return w
	}
	for path, who := range map[string]identity{
		"/org/email": {name: "admin", account: 1, org: 1, member: 1},
		"/op/staff":  {name: "op_admin", staffID: 1},
	} {
		way := map[bool]string{true: "/op/sign-in?late=", false: "/sign-in?late="}[who.staffID != 0]
		w := post(path, who, true)
		if page := w.Body.String(); w.Code != http.StatusUnauthorized || !strings.Contains(page, `action="`+way) || !strings.Contains(page, `name="email" value="barno@example.com"`) {
			t.Errorf("%s: %d\n%s", path, w.Code, page)
		}
		if w := post(path, identity{}, false); w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), "barno") {
			t.Errorf("%s of a stranger: %d\n%s", path, w.Code, w.Body)
		}
	}
}
