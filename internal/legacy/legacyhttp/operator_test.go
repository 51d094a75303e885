package legacyhttp_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/legacy"
	"kabinet/internal/legacy/legacyhttp"
	"kabinet/internal/org"
	"kabinet/internal/org/orghttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

const samples = "../../../testdata/legacy/"

// The log of these tests is full of refusals that are meant.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// desk is the operator's area with a browser in which somebody is signed in.
type desk struct {
	t      *testing.T
	db     *pgxpool.Pool
	box    *seal.Box
	url    string
	client *http.Client
}

func newDesk(t *testing.T, role perm.Role) *desk {
	t.Helper()
	d := &desk{t: t, db: pgtest.New(t), box: httptesting.Box(t)}
	sessions := session.New(d.db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	server := httptest.NewServer(httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Get("/test/sign-in", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{StaffID: 7})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw), viewer)
			legacyhttp.Handlers{Imports: &legacy.Service{DB: d.db, Box: d.box}}.Routes(r, wrap)
			orghttp.Handlers{
				Orgs: &org.Service{DB: d.db}, Groups: &productgroup.Service{DB: d.db}, Prefixes: &gs1prefix.Service{DB: d.db},
				Sections: []orghttp.Section{section}, Now: clock.System,
			}.Routes(r, wrap)
		})
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	d.exec(`insert into staff (id, name, pinfl_mac, roles, status) values (7, 'Timur Karimov', 'x', $1, 'active')`, []string{string(role)})
	jar, err := cookiejar.New(nil)
	d.check(err)
	d.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.get("/test/sign-in")
	return d
}

func section(_ *http.Request, o org.Org) (templ.Component, error) {
	return templ.Raw("<p>a section for " + strconv.FormatInt(o.ID, 10) + "</p>"), nil
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Staff: i.Staff(), Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
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

func (d *desk) count(sql string, args ...any) (n int) {
	d.t.Helper()
	d.check(d.db.QueryRow(d.t.Context(), sql, args...).Scan(&n))
	return n
}

// page is an answer; a whole page is looked over for faults of the markup.
type page struct {
	status   int
	location string
	header   http.Header
	body     string
}

func (d *desk) get(path string) page {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url+path, nil)
	d.check(err)
	return d.do(r)
}

func (d *desk) post(path, contentType string, body io.Reader) page {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url+path, body)
	d.check(err)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return d.do(r)
}

// speak chooses the language of the pages.
func (d *desk) speak(lang string) {
	d.t.Helper()
	d.wants(d.get("/op/imports?lang="+lang), 303)
}

func (d *desk) press(path string) page {
	d.t.Helper()
	return d.post(path, "application/x-www-form-urlencoded", nil)
}

func (d *desk) do(r *http.Request) page {
	d.t.Helper()
	res, err := d.client.Do(r)
	d.check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	d.check(err)
	p := page{res.StatusCode, res.Header.Get("Location"), res.Header, string(body)}
	if strings.HasPrefix(p.body, "<!doctype") {
		for _, f := range uitest.Faults(p.body) {
			d.t.Errorf("%s %s: %s", r.Method, r.URL.Path, f)
		}
	}
	return p
}

// upload sends a file as the form does.
func (d *desk) upload(name string, content io.Reader) page {
	d.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	d.check(err)
	_, err = io.Copy(part, content)
	d.check(err)
	d.check(form.Close())
	return d.post("/op/imports", form.FormDataContentType(), &b)
}

func (d *desk) file(name string) *bytes.Reader {
	d.t.Helper()
	b, err := os.ReadFile(samples + name)
	d.check(err)
	return bytes.NewReader(b)
}

// work does what waits in the queue, as the worker would.
func (d *desk) work() {
	d.t.Helper()
	rows, err := d.db.Query(d.t.Context(), `delete from river_job where kind = 'legacy.run' returning (args->>'import_id')::bigint`)
	d.check(err)
	var ids []int64
	for rows.Next() {
		var id int64
		d.check(rows.Scan(&id))
		ids = append(ids, id)
	}
	d.check(rows.Err())
	for _, id := range ids {
		d.check(legacy.Runner{DB: d.db, Box: d.box}.Run(context.WithoutCancel(d.t.Context()), id))
	}
}

func (d *desk) wants(p page, status int, texts ...string) page {
	d.t.Helper()
	if p.status != status {
		d.t.Errorf("status %d, want %d:\n%s", p.status, status, p.body)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			d.t.Errorf("%q is not in the answer:\n%s", text, p.body)
		}
	}
	return p
}

func TestImport(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpLauncher)
	d.speak("en")
	d.wants(d.get("/op/imports"), 200, "No files yet", "Check a file")
	d.wants(d.get("/op/orgs"), 200, "No organizations yet")
	d.wants(d.get("/op/imports/new"), 200, "multipart/form-data", "gs1_prefixes")

	sent := d.wants(d.upload("../organizations.csv", d.file("organizations.csv")), 303)
	d.wants(d.get(sent.location), 200, "organizations.csv", "Queued", `data-refresh="5"`, "Timur Karimov")
	d.work()
	checked := d.wants(d.get(sent.location), 200, "Import 500 good rows", "To be created", "Nothing is stored yet")
	if strings.Contains(checked.body, "data-refresh") {
		t.Error("a page of work that ended is still fetched again")
	}
	if n := d.count(`select count(*) from organizations`); n != 0 {
		t.Errorf("the check stored %d organizations", n)
	}

	d.wants(d.press(sent.location+"/apply"), 303)
	d.wants(d.press(sent.location+"/apply"), 409, "legacy.not_checked")
	d.work()
	d.wants(d.get(sent.location), 200, "Done", "Created")
	d.wants(d.get("/op/imports"), 200, "organizations.csv", "Done")
	if n := d.count(`select count(*) from organizations`); n != 500 {
		t.Errorf("%d organizations, want 500", n)
	}
	if n := d.count(`select count(*) from audit_log where action in ('import.upload', 'import.apply', 'import.finish')`); n != 4 {
		t.Errorf("%d lines in the log, want 4", n)
	}
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpLauncher)
	sent := d.upload("organizations.csv", d.file("organizations.csv"))
	d.work()
	d.press(sent.location + "/apply")
	d.work()
	d.exec(`update organizations set status = 'active', activated_at = now() where tin = '302118447'`)

	d.speak("en")
	list := d.wants(d.get("/op/orgs"), 200, "25 shown of 500", ">499<", `rel="next"`)
	if n := strings.Count(list.body, `href="/op/orgs/`); n != 25 {
		t.Errorf("%d organizations on a page", n)
	}
	tests := []struct {
		path string
		want []string
	}{
		{"/op/orgs?q=зарафшон+сут", []string{"Zarafshon Sut LLC", "1 row"}},
		{"/op/orgs?q=302118", []string{"Zarafshon Sut LLC", "1 row"}},
		{"/op/orgs?status=active", []string{"Zarafshon Sut LLC", "1 row"}},
		{"/op/orgs?group=7&region=TK", []string{"“Registon Farm” MChJ", "Tashkent City"}},
		{"/op/orgs?q=zz", []string{"The search is too short"}},
		{"/op/orgs?q=nosuchname", []string{"No organization matches", "Clear the filters"}},
		{"/op/orgs?q=%25%25%25", []string{"The search is too short"}},
		{"/op/orgs?status=nonsense&region=XX&group=milk&per=7", []string{"25 shown of 500"}},
	}
	for _, tt := range tests {
		d.wants(d.get(tt.path), 200, tt.want...)
	}
	if p := d.get("/op/orgs?q=&region=SA&group="); p.status != 303 || p.location != "/op/orgs?region=SA" {
		t.Errorf("empty parameters: %d to %s", p.status, p.location)
	}
	d.wants(d.get("/op/orgs?after=nonsense"), 400)

	d.wants(d.get("/op/orgs/302118447"), 200, "Oʻrinboyev Gʻulomjon Rustamovich", "478001", "Water and soft drinks",
		"Samarkand Region", "233-45-67", "a section for ")
	for _, tin := range []string{"999999999", "302118", "x", "302118447%00"} {
		if p := d.get("/op/orgs/" + tin); p.status != 404 && p.status != 400 {
			t.Errorf("%s: status %d", tin, p.status)
		}
	}
	if p := d.get("/op/orgs/302118447"); strings.Contains(p.body, "31203800010017") {
		t.Error("the record shows a personal number")
	}

	file := d.wants(d.get("/op/orgs.csv?region=SA"), 200, "\ufeff", "Zarafshon Sut LLC")
	inRegion := d.count(`select count(*) from organizations where region = 'SA'`)
	if n := strings.Count(file.body, "\n") - 1; n != inRegion || !strings.Contains(file.header.Get("Content-Disposition"), "organizations_") {
		t.Errorf("%d rows in the file, want %d", n, inRegion)
	}
}

var nextPage = regexp.MustCompile(`href="([^"]+)" rel="next"`)

func TestEveryPageOfTheListOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpLauncher)
	sent := d.upload("organizations.csv", d.file("organizations.csv"))
	d.work()
	d.press(sent.location + "/apply")
	d.work()
	seen := map[string]bool{}
	path := "/op/orgs?per=100"
	for path != "" {
		p := d.get(path)
		for _, part := range strings.Split(p.body, `href="/op/orgs/`)[1:] {
			tin := part[:9]
			if seen[tin] {
				t.Fatalf("%s stands on two pages", tin)
			}
			seen[tin] = true
		}
		path = ""
		if next := nextPage.FindStringSubmatch(p.body); next != nil {
			path = strings.ReplaceAll(next[1], "&amp;", "&")
		}
	}
	if len(seen) != 500 {
		t.Errorf("%d organizations on all pages, want 500", len(seen))
	}
}

func TestComplaintsAreShownAndDownloaded(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpLauncher)
	sent := d.upload("organizations-bad.csv", d.file("organizations-bad.csv"))
	d.work()
	for lang, text := range map[string]string{
		"en": "A TIN has 9 digits, like 302", "ru": "В ИНН 9 цифр", "uz": "STIR 9 ta raqamdan iborat",
	} {
		d.speak(lang)
		d.wants(d.get(sent.location), 200, text)
		d.wants(d.get("/op/imports/new"), 200)
		d.wants(d.get("/op/imports"), 200)
	}
	d.speak("en")
	d.wants(d.get(sent.location), 200, "Done with errors", `rel="next"`)
	file := d.wants(d.get(sent.location+"/complaints.csv"), 200, "\ufeffRow;Column;Found;What is wrong;What to do", "'+7 901 123-45-67")
	if n := strings.Count(file.body, "\n"); n < 70 {
		t.Errorf("%d lines in the file", n)
	}
	if strings.Contains(file.body, "31203800010017") {
		t.Error("the file shows a personal number")
	}
	if strings.Contains(file.body, "legacy.advice.") {
		t.Error("a complaint comes without advice")
	}
}

func TestUploadsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpLauncher)
	d.speak("en")
	d.wants(d.upload("empty.csv", strings.NewReader("")), 422, "The file is empty", "Choose the right file", "<title>Error:")
	d.wants(d.upload("old.xls", strings.NewReader("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), 422, "old Excel format", "without a password")
	d.wants(d.upload("a.png", strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00\x00")), 422, "not a table")
	d.wants(d.post("/op/imports", "application/x-www-form-urlencoded", strings.NewReader("file=x")), 422, "Choose a file")
	d.wants(d.post("/op/imports", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nbroken")), 422, "Choose a file")
	if n := d.count(`select count(*) from imports`) + d.count(`select count(*) from blobs`); n != 0 {
		t.Errorf("%d rows are left behind", n)
	}
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpWatcher)
	d.wants(d.upload("organizations.csv", d.file("organizations.csv")), 403)
	d.wants(d.get("/op/imports/new"), 403)
	d.wants(d.get("/op/imports"), 200)
	d.exec(`insert into imports (id, blob_id, file_name, format, mode, status, staff_id, staff_name)
		values (1, 1, '<b>x</b>.csv', 'csv', 'check', 'done', 7, 'Timur')`)
	d.wants(d.press("/op/imports/1/apply"), 403)
	d.wants(d.press("/op/imports/1/cancel"), 403)
	d.wants(d.get("/op/imports/1"), 200, "&lt;b&gt;x&lt;/b&gt;.csv")
	for _, id := range []string{"2", "0", "-1", "x", "99999999999999999999"} {
		d.wants(d.get("/op/imports/"+id), 404)
		d.wants(d.get("/op/imports/"+id+"/complaints.csv"), 404)
	}
	for _, name := range []string{"csv", "xlsx"} {
		p := d.wants(d.get("/op/imports/template."+name), 200)
		if n := rowsOf(t, p.body); n != 2 {
			t.Errorf("the template %s has %d rows", name, n)
		}
	}
	stranger := &desk{t: t, db: d.db, url: d.url, client: &http.Client{CheckRedirect: d.client.CheckRedirect}}
	for _, path := range []string{"/op/orgs", "/op/orgs/302118447", "/op/orgs.csv", "/op/imports", "/op/imports/1", "/op/imports/template.csv"} {
		if p := stranger.get(path); p.status == 200 {
			t.Errorf("%s is open to anybody", path)
		}
	}
}

func rowsOf(t *testing.T, file string) (n int) {
	t.Helper()
	table, err := sheet.Open(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := table.Next(); err != nil {
			return n
		}
		n++
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	d := newDesk(t, perm.RoleOpAdmin)
	d.speak("en")
	sent := d.upload("organizations.csv", d.file("organizations.csv"))
	d.wants(d.press(sent.location+"/cancel"), 303)
	d.wants(d.press(sent.location+"/cancel"), 409, "legacy.over")
	d.work()
	d.wants(d.get(sent.location), 200, "Cancelled")
}
