package campaignhttp_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/campaign"
	"kabinet/internal/campaign/campaignhttp"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
)

// desk is the operator's area with a browser in which somebody is signed in.
type desk struct {
	t      *testing.T
	db     *pgxpool.Pool
	url    string
	client *http.Client
}

func newDesk(t *testing.T, orgs int) *desk {
	t.Helper()
	d := &desk{t: t, db: pgtest.New(t)}
	box, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	d.check(err)
	relay := mailtest.New(t, mailtest.Options{})
	sender, err := mail.NewSender(relay.Config(), nil)
	d.check(err)
	t.Cleanup(sender.Close)
	d.serve(campaign.New(campaign.Deps{DB: d.db, Seal: box, Mail: sender, BaseURL: "https://kabinet.example"}))
	d.exec(`
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac,
		    director_pinfl_sealed, email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Zarafshon <Sut> ' || n, 'Зарафшон Сут ' || n, 'Gʻulomjon Oʻrinboyev', '', '',
		    'org' || n || '@company.example', '+998901234567', 'SA', 'x', 'x', 'uz', 'imported', 'x', ''
		from generate_series(1, $1) n`, orgs)
	d.exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations`)
	return d
}

func (d *desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) exec(sql string, args ...any) {
	d.t.Helper()
	_, err := d.db.Exec(d.t.Context(), sql, args...)
	d.check(err)
}

func (d *desk) serve(svc *campaign.Service) {
	sessions := session.New(d.db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	draw := func(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
		d.check(httpx.Render(w, r, p.Status, layout.Refusal(layout.Operator, layout.Problem{Status: p.Status, Number: p.Key})))
	}
	wrap := httpx.Adapter(draw)
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Language(false), httpx.Recover(draw), httpx.CleanBytes(draw),
		sessions.Middleware(httpx.OriginOf, func(w http.ResponseWriter, r *http.Request, err error) { httpx.Fail(w, r, err, draw) }),
		httpx.SameOrigin(draw), httpx.Forms(draw), viewer)
	r.Get("/test/sign-in/{staff}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
		var id int64
		if _, err := fmt.Sscan(chi.URLParam(r, "staff"), &id); err != nil {
			return err
		}
		return sessions.SignIn(r.Context(), session.Who{StaffID: id})
	}))
	r.Group(func(r chi.Router) {
		r.Use(httpx.RequireStaff(draw))
		campaignhttp.Handlers{Campaigns: svc, Sessions: sessions}.Routes(r, wrap)
	})
	server := httptest.NewServer(r)
	d.t.Cleanup(server.Close)
	d.url = server.URL
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Staff: i.Staff(), Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

// signIn gives the desk a new browser in which somebody with the role sits.
func (d *desk) signIn(role perm.Role) {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	d.check(err)
	d.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var id int64
	d.check(d.db.QueryRow(d.t.Context(), `insert into staff (name, pinfl_mac, roles) values ('Dilnoza Karimova', $1, $2) returning id`,
		[]byte(role), []string{string(role)}).Scan(&id))
	d.get(fmt.Sprintf("/test/sign-in/%d", id), http.StatusOK)
	d.get("/op/campaigns?lang=en", http.StatusSeeOther)
}

func (d *desk) do(want int, do func() (*http.Response, error)) (body, location string) {
	d.t.Helper()
	res, err := do()
	d.check(err)
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	d.check(err)
	if res.StatusCode != want {
		d.t.Fatalf("%s: status %d, want %d\n%s", res.Request.URL, res.StatusCode, want, b)
	}
	return string(b), res.Header.Get("Location")
}

func (d *desk) get(path string, want int) string {
	d.t.Helper()
	body, _ := d.do(want, func() (*http.Response, error) { return d.client.Get(d.url + path) })
	return body
}

func (d *desk) post(path string, form url.Values, want int) (body, location string) {
	d.t.Helper()
	return d.do(want, func() (*http.Response, error) { return d.client.PostForm(d.url+path, form) })
}

func (d *desk) count(sql string) (n int) {
	d.t.Helper()
	d.check(d.db.QueryRow(d.t.Context(), sql).Scan(&n))
	return n
}

func typed(act string) url.Values {
	return url.Values{
		"act": {act}, "name": {"Main <launch>"}, "kind": {"code"}, "opens_at": {"24.11.2025 14:00"}, "closes_at": {"01.01.2099 00:00"},
		"regions": {"SA"}, "tins": {"300000001\n300000002"},
	}
}

func wantText(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
}

func TestACampaignFromItsFormToItsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 5)
	d.signIn(perm.RoleOpLauncher)
	wantText(t, d.get("/op/campaigns", http.StatusOK), "No campaigns yet", `href="/op/campaigns/new"`)
	wantText(t, d.get("/op/campaigns/new", http.StatusOK), "Samarkand Region", "Tobacco products", `name="act" value="check"`)

	wrong := typed("check")
	wrong.Set("opens_at", "tomorrow")
	body, _ := d.post("/op/campaigns", wrong, http.StatusUnprocessableEntity)
	wantText(t, body, "Error:", `href="#opens_at"`, `value="tomorrow"`, `value="Main &lt;launch&gt;"`, "300000002")

	body, _ = d.post("/op/campaigns", typed("check"), http.StatusOK)
	wantText(t, body, "Check the campaign", `name="act" value="save"`, `name="act" value="edit"`, "Samarkand Region; 2 TINs", `name="tins"`)
	if n := d.count(`select count(*) from campaigns`); n != 0 {
		t.Errorf("the check stored %d campaigns", n)
	}
	body, _ = d.post("/op/campaigns", typed("edit"), http.StatusOK)
	wantText(t, body, `value="Main &lt;launch&gt;"`)

	_, page := d.post("/op/campaigns", typed("save"), http.StatusSeeOther)
	body = d.get(page, http.StatusOK)
	wantText(t, body, "Main &lt;launch&gt;", "Draft", page+"/start")
	if strings.Contains(body, "data-refresh") {
		t.Error("a draft is fetched again and again")
	}
	wantText(t, d.get(page+"/start", http.StatusOK), "2 letters will be sent", `method="post"`)
	if n := d.count(`select count(*) from river_job`); n != 0 {
		t.Errorf("asking started %d jobs", n)
	}
	_, to := d.post(page+"/start", nil, http.StatusSeeOther)
	if to != page {
		t.Errorf("started, and led to %s", to)
	}
	wantText(t, d.get(page, http.StatusOK), "Choosing organizations", `data-refresh="3"`, `http-equiv="refresh"`, "Queued", "Activated", "Expired")
	d.post(page+"/start", nil, http.StatusConflict)
	d.get(page+"/start", http.StatusConflict)
	d.get(page+"/stop", http.StatusOK)
	d.post(page+"/stop", nil, http.StatusSeeOther)
	wantText(t, d.get(page, http.StatusOK), "Stopped")
	d.post(page+"/stop", nil, http.StatusConflict)
	wantText(t, d.get("/op/campaigns", http.StatusOK), "Main &lt;launch&gt;", "Dilnoza Karimova")
}

// letters stores letters in every status, as jobs would.
func (d *desk) letters() {
	d.exec(`
		insert into letters (org_id, id, campaign_id, kind, email, language, seed, status, reason, issued_at, expires_at, sent_at)
		select o.org_id, 50000 + o.org_id, 11, 'code', o.email, 'uz', 'x',
		    (array['queued', 'sent', 'refused', 'activated', 'expired', 'replaced', 'locked', 'withdrawn'])[1 + (o.org_id - 1) % 8],
		    case when o.org_id % 8 = 3 then '=550 no such mailbox' else '' end, now(), now() + interval '168 hours', now()
		from organizations o`)
}

func TestTheListOfLetters(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 60)
	d.letters()
	d.signIn(perm.RoleOpSupport)
	rows := regexp.MustCompile(`<th role="rowheader"`)
	count := func(path string) int {
		t.Helper()
		return len(rows.FindAllString(d.get(path, http.StatusOK), -1))
	}
	for path, want := range map[string]int{
		"/op/letters":                              25,
		"/op/letters?per=50":                       50,
		"/op/letters?before=50011":                 10,
		"/op/letters?status=refused":               8,
		"/op/letters?status=nonsense":              25,
		"/op/letters?q=300+000+007":                1,
		"/op/letters?q=org7@":                      1,
		"/op/letters?campaign=11&status=activated": 8,
		"/op/letters?campaign=12":                  0,
	} {
		if got := count(path); got != want {
			t.Errorf("%s shows %d letters, want %d", path, got, want)
		}
	}
	body := d.get("/op/letters?status=refused&per=50", http.StatusOK)
	wantText(t, body, "=550 no such mailbox", "Zarafshon &lt;Sut&gt; 3", "300\u00a0000\u00a0003", "/op/letters.csv?per=50&amp;status=refused")
	wantText(t, d.get("/op/letters", http.StatusOK), "before=50036")
	d.get("/op/letters?before=x", http.StatusBadRequest)
	d.get("/op/letters/x", http.StatusNotFound)
	d.get("/op/letters/7", http.StatusNotFound)
	d.get("/op/campaigns/x", http.StatusNotFound)

	t.Run("as a file", func(t *testing.T) {
		file := d.get("/op/letters.csv?status=refused", http.StatusOK)
		if !strings.HasPrefix(file, "\ufeff") {
			t.Error("office programs will not know that it is UTF-8")
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil || len(lines) != 9 || lines[0][1] != "TIN" || lines[8][1] != "300000003" || lines[8][12] != "'=550 no such mailbox" {
			t.Errorf("%v, %v", lines, err)
		}
		if file := d.get("/op/letters.csv?campaign=12", http.StatusOK); strings.Count(file, "\n") != 1 {
			t.Errorf("no letters are %q", file)
		}
	})
}

func TestALetterIsSentAgainAfterAQuestion(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 8)
	d.letters()
	d.signIn(perm.RoleOpSupport)
	page := "/op/letters/50002"
	wantText(t, d.get(page, http.StatusOK), page+"/resend", "org2@company.example", "0 of 5")
	wantText(t, d.get(page+"/resend", http.StatusOK), "The earlier letter stops working at once", `method="post"`)
	_, to := d.post(page+"/resend", nil, http.StatusSeeOther)
	wantText(t, d.get(to, http.StatusOK), "Queued", "org2@company.example")
	wantText(t, d.get(page, http.StatusOK), "Replaced")
	t.Run("to an active organization it is refused where it was asked", func(t *testing.T) {
		body, _ := d.post("/op/letters/50004/resend", nil, http.StatusConflict)
		wantText(t, body, "The organization is already active", "org4@company.example")
		if strings.Contains(d.get("/op/letters/50004", http.StatusOK), "/resend") {
			t.Error("the page of a used letter offers a new one")
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3)
	d.letters()
	d.exec(`insert into campaigns (id, name, letter_kind, opens_at, closes_at, selection, status, staff_id, staff_name)
		values (11, 'Launch', 'code', now(), now() + interval '1 day', '{}', 'draft', 1, 'x')`)
	writes := []string{"/op/campaigns/11/start", "/op/campaigns/11/stop", "/op/letters/50002/resend"}
	t.Run("nobody", func(t *testing.T) {
		d.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		for _, path := range append([]string{"/op/campaigns", "/op/letters", "/op/letters.csv", "/op/letters/50002"}, writes...) {
			if body := d.get(path, http.StatusSeeOther); strings.Contains(body, "company.example") {
				t.Errorf("%s shows letters to nobody", path)
			}
		}
	})
	t.Run("a watcher looks and changes nothing", func(t *testing.T) {
		d.signIn(perm.RoleOpWatcher)
		for _, path := range []string{"/op/campaigns", "/op/campaigns/11", "/op/letters", "/op/letters/50002"} {
			body := d.get(path, http.StatusOK)
			if strings.Contains(body, "/resend") || strings.Contains(body, "/start") || strings.Contains(body, "/new") {
				t.Errorf("%s offers what is refused", path)
			}
		}
		for _, path := range writes {
			d.post(path, nil, http.StatusForbidden)
		}
		d.get("/op/campaigns/new", http.StatusForbidden)
		d.post("/op/campaigns", typed("save"), http.StatusForbidden)
		d.post("/op/campaigns", typed("check"), http.StatusForbidden)
	})
	t.Run("support sends letters and starts nothing", func(t *testing.T) {
		d.signIn(perm.RoleOpSupport)
		d.post("/op/letters/50002/resend", nil, http.StatusSeeOther)
		d.post("/op/campaigns/11/start", nil, http.StatusForbidden)
	})
}

func TestTwoStaffChangeADraft(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3)
	d.exec(`
		insert into imports (id, blob_id, file_name, format, mode, status, good, staff_id, staff_name, finished_at)
		values (7, 1, 'first <file>.csv', 'csv', 'apply', 'done', 2, 1, '', '2025-11-24T09:00:00Z')`)
	d.exec(`insert into import_orgs (org_id, import_id) values (1, 7), (2, 7)`)
	d.signIn(perm.RoleOpLauncher)
	_, page := d.post("/op/campaigns", typed("save"), http.StatusSeeOther)
	wantText(t, d.get(page, http.StatusOK), page+"/edit")
	wantText(t, d.get(page+"/edit", http.StatusOK), `value="Main &lt;launch&gt;"`, `name="version" value="1"`, "first &lt;file&gt;.csv", "2 organizations",
		`value="24.11.2025 14:00"`, "300000001\n300000002")

	wantText(t, d.get("/op/campaigns/new?imports=7&imports=99&imports=x", http.StatusOK), `value="7" id="imports" checked`)

	theirs := typed("check")
	theirs.Set("version", "1")
	theirs.Set("imports", "7")
	theirs.Set("tins", "")
	body, _ := d.post(page+"/edit", theirs, http.StatusOK)
	wantText(t, body, `name="version" value="1"`, `name="imports" value="7"`, "first &lt;file&gt;.csv", "Store the changes")
	theirs.Set("act", "save")
	_, to := d.post(page+"/edit", theirs, http.StatusSeeOther)
	if to != page {
		t.Errorf("changed, and led to %s", to)
	}

	mine := typed("save")
	mine.Set("version", "1")
	mine.Set("name", "Second wave")
	body, _ = d.post(page+"/edit", mine, http.StatusConflict)
	wantText(t, body, "Somebody else changed this campaign", "Dilnoza Karimova stored another version", "first &lt;file&gt;.csv", "Second wave", "Samarkand Region; 2 TINs",
		`name="version" value="2"`, `name="name" value="Second wave"`)
	if n := d.count(`select count(*) from campaigns where name = 'Second wave'`); n != 0 {
		t.Error("the later version was stored unasked")
	}
	d.post(page+"/start?version=1", nil, http.StatusConflict)
	mine.Set("version", "2")
	d.post(page+"/edit", mine, http.StatusSeeOther)
	wantText(t, d.get(page+"/start", http.StatusOK), "/start?version=3", "Second wave")
	d.post(page+"/start?version=3", nil, http.StatusSeeOther)
	d.get(page+"/edit", http.StatusConflict)
	d.post(page+"/edit", mine, http.StatusConflict)
	wrong := typed("save")
	wrong.Set("imports", "99")
	body, _ = d.post("/op/campaigns", wrong, http.StatusUnprocessableEntity)
	wantText(t, body, "Select imports from the list")
}
