package campaignhttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"testing"

	"kabinet/internal/core/perm"
	"kabinet/web/static"
)

func TestZZLook(t *testing.T) {
	d := newDesk(t, 60)
	d.letters()
	d.exec(`insert into campaigns (id, name, letter_kind, opens_at, closes_at, selection, status, staff_id, staff_name, started_at, picked, skipped)
		values (11, 'Main launch', 'code', now(), now() + interval '1 day', '{"regions":["SA","TK"],"tins":["300000001"]}', 'running', 1, 'Dilnoza Karimova', now(), 60, 3)`)
	d.signIn(perm.RoleOpLauncher)
	u, _ := url.Parse(d.url)
	cookies := d.client.Jar.Cookies(u)
	shoot := func(name, path, lang string, size string) {
		proxy := httputil.NewSingleHostReverseProxy(u)
		mux := http.NewServeMux()
		mux.Handle(static.Prefix, static.Handler())
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Cookie")
			for _, c := range cookies {
				if c.Name != "lang" {
					r.AddCookie(c)
				}
			}
			r.AddCookie(&http.Cookie{Name: "lang", Value: lang})
			r.Host = u.Host
			proxy.ServeHTTP(w, r)
		})
		s := httptest.NewServer(mux)
		defer s.Close()
		out := "/tmp/look/camp-" + name + ".png"
		cmd := exec.Command("/usr/bin/chromium", "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size="+size, "--screenshot="+out, "--virtual-time-budget=3000", s.URL+path)
		b, err := cmd.CombinedOutput()
		if err != nil {
			t.Log(string(b))
		}
		if _, err := os.Stat(out); err != nil {
			t.Error(err)
		}
	}
	body, _ := d.post("/op/campaigns", typed("check"), 200)
	_ = os.WriteFile("/tmp/look/check.html", []byte(body), 0o644)
	fmt.Println("shoot")
	shoot("list", "/op/campaigns", "en", "1440,900")
	shoot("show", "/op/campaigns/11", "ru", "1440,1300")
	shoot("show-m", "/op/campaigns/11", "uz", "390,1600")
	shoot("new", "/op/campaigns/new", "en", "1440,2200")
	shoot("letters", "/op/letters", "ru", "1440,1300")
	shoot("letters-m", "/op/letters", "uz", "390,1600")
	shoot("letter", "/op/letters/50003", "en", "1440,1000")
	shoot("resend", "/op/letters/50003/resend", "en", "1440,800")
	shoot("stop", "/op/campaigns/11/stop", "en", "1440,800")
}
