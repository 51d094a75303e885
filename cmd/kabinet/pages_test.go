//go:build dev

package main

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg/pgtest"
)

// notPages answer GET with something nobody looks at; so do files.
var notPages = []string{
	"/.well-known/security.txt", "/assets/*", "/favicon.ico", "/robots.txt", "/api/users/me", "/public/api/*", "/feeds/*",
	"/public/api/v1/party/parties/{tin}/status", "/public/api/v1/party/parties/{tin}/api-keys/check",
	"/public/api/v1/product-registry/attributes", "/public/api/v1/product-registry/cards", "/public/api/v1/product-registry/cards/{id}",
	"/public/api/v1/product-registry/cards/{id}/photos/{photo}", "/public/api/v1/product-registry/file/{id}", "/public/api/v1/product-registry/product",
	"/public/api/v1/product-registry/product/{id}", "/public/api/v1/product-registry/search-by-gtin",
	"/org/gs1/requests", // leads to the list
	"/cards/{id}/photos/{photo}", "/cards/{id}/photos/{photo}/thumb", "/catalogue/{card}/photos/{photo}", "/catalogue/{card}/photos/{photo}/thumb",
	"/op/cards/{card}/photos/{photo}", "/op/cards/{card}/photos/{photo}/thumb", "/op/dictionaries/attributes/{group}/codes/{list}/file",
}

var files = regexp.MustCompile(`\.(csv|xlsx|json|yaml|ics|p7s|txt)$|/document$|/files/\{message\}/\{n\}$`)

// tour remembers which pages were examined, under their names and at which
// paths, and the kinds of elements they were made of.
type tour struct {
	mu                 sync.Mutex
	names, seen, kinds map[string]bool
}

// note reports whether nothing of this name was examined before.
func (o *tour) note(name, path string) (first bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil {
		o.names, o.seen = map[string]bool{}, map[string]bool{}
	}
	first = !o.names[name]
	o.names[name], o.seen[path] = true, true
	return first
}

// fresh gives the kinds that were on no page before, and remembers them.
func (o *tour) fresh(kinds []string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kinds == nil {
		o.kinds = map[string]bool{}
	}
	return slices.DeleteFunc(kinds, func(kind string) bool {
		known := o.kinds[kind]
		o.kinds[kind] = true
		return known
	})
}

func (o *tour) has(path string) bool { return slices.Contains(o.paths(), path) }

func (o *tour) paths() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Collect(maps.Keys(o.seen))
}

// toursStaff looks at every page of the operator's area that its main job did
// not lead past.
func (r reader) toursStaff() {
	r.t.Helper()
	r.followsMenu()
	campaign := "/op/campaigns/" + r.id(`select id from campaigns where status = 'running' order by id limit 1`)
	letter := "/op/letters/" + r.id(`select id from letters where status = 'sent' order by id limit 1`)
	person := "/op/staff/" + r.id(`select id from staff order by id limit 1`)
	for _, path := range []string{
		"/op/campaigns/new", "/op/imports/new", "/op/me", "/op/me/sessions", "/op/staff/new", "/op/orgs/" + orol.tin, "/op/orgs?q=yoq",
		campaign, campaign + "/stop", letter, letter + "/resend", person, person + "/block",
		"/op/jobs/" + r.id(`select id from river_job order by id limit 1`), "/op/nothing-of-the-kind",
	} {
		r.open(path)
		r.examine("op" + strings.NewReplacer("/op", "", "/", "-", "?", "-").Replace(path))
	}
	r.followsLinks()
}

// toursMember looks at every page of a member.
func (r reader) toursMember() {
	r.t.Helper()
	r.followsMenu()
	for _, path := range []string{"/me/sessions", "/op/orgs", "/nothing-of-the-kind"} {
		r.open(path)
		r.examine("member" + strings.ReplaceAll(path, "/", "-"))
	}
	r.followsLinks()
}

// toursPublic looks at the pages that need nobody.
func (r reader) toursPublic() {
	r.t.Helper()
	for _, path := range []string{"/", "/activate", "/activate/sign", "/activate/new-code", "/activate/new-code/sent", "/sign-in?ended=1&next=/home", "/op/sign-in", "/nothing-of-the-kind"} {
		r.open(path)
		r.examine("public" + strings.NewReplacer("/", "-", "?", "-", "&", "-").Replace(path))
	}
	r.followsLinks()
}

// followsMenu opens every entry of the menu; its words head the page.
func (r reader) followsMenu() {
	r.t.Helper()
	entries := r.Eval(`[...document.querySelectorAll(".side .nav a")].map(a => a.getAttribute("href") + " " + a.firstChild.textContent.trim()).join("\n")`)
	for entry := range strings.SplitSeq(entries, "\n") {
		path, words, _ := strings.Cut(entry, " ")
		r.open(path)
		if head := r.Text("h1"); head != words && path != "/org" { // which is headed by the company's name
			r.t.Errorf("the menu says %q, the page %s says %q", words, path, head)
		}
		r.examine("menu" + strings.ReplaceAll(path, "/", "-"))
	}
}

// followsLinks asks for everything that the examined pages lead this reader to
// and nobody has examined.
func (r reader) followsLinks() {
	r.t.Helper()
	seen := r.portal.tour.paths()
	for address, from := range r.leads {
		if path, _, _ := strings.Cut(address, "?"); slices.Contains(seen, path) {
			continue
		}
		if status := r.Eval(fmt.Sprintf(`fetch(%q, { method: "HEAD" }).then(r => String(r.status))`, address)); status >= "400" {
			r.t.Errorf("%s leads to %s, which answers %s", from, address, status)
		}
	}
}

// id gives the first value of a query as text.
func (r reader) id(sql string) string {
	r.t.Helper()
	var id int64
	if err := r.portal.DB.QueryRow(r.t.Context(), sql).Scan(&id); err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
	return fmt.Sprint(id)
}

// everyPageSeen compares what was examined with the table of routes.
func (w *whole) everyPageSeen(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile("../../internal/app/testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		if len(fields) > 1 && fields[0] == "GET" && !slices.Contains(notPages, fields[1]) && !files.MatchString(fields[1]) {
			pages = append(pages, fields[1])
		}
	}
	left := slices.DeleteFunc(w.tour.paths(), func(path string) bool { return slices.Contains(pages, path) })
	for _, page := range pages {
		if parameter := regexp.MustCompile(`\\\{\w+\\\}`); w.tour.has(page) || slices.ContainsFunc(left, regexp.MustCompile(
			"^"+parameter.ReplaceAllString(regexp.QuoteMeta(page), `[^/]+`)+"$").MatchString) {
			continue
		}
		t.Errorf("no test has examined %s", page)
	}
	t.Logf("%d routes of pages, %d pages and states examined", len(pages), len(w.tour.names))
}

// toursDevelopment looks at what only the development server shows.
func (r reader) toursDevelopment() {
	r.t.Helper()
	for _, path := range []string{"/dev", "/dev/mail", "/dev/ui"} {
		r.open(path)
		r.examine(strings.ReplaceAll(path[1:], "/", "-"))
	}
}

// A newcomer has nothing but what is printed and the pages it leads to.
func TestANewcomerFollowsTheHints(t *testing.T) {
	t.Parallel()
	w := &whole{dir: t.TempDir()} // without a mail relay of the test's: letters come to /dev/mail
	w.settings(t, "KABINET_DATABASE_URL="+pgtest.URL(t))
	w.start(t)
	t.Cleanup(func() { w.stop(syscall.SIGTERM) })
	r := w.sit(t, i18n.En)
	r.open("/dev")
	r.Press("Open the activation letter")
	r.At("/dev/mail")
	r.Wait("#letters")
	r.examine("dev-mail-full")
	r.Click(`#letters tr:nth-child(1) a`)
	r.See("Links in the letter")
	r.examine("dev-mail-letter")
	r.open("/dev/mail")
	r.Click(fmt.Sprintf(`#letters a[href="/dev/mail/%s"]`, r.letterOf(zarafshon)))
	r.Wait("pre")
	code := codeInLetter.FindStringSubmatch(r.Text("pre"))
	if code == nil {
		t.Fatalf("no code in %q", r.Text("pre"))
	}
	r.Click(`#links a`)
	r.Type("#code", code[1])
	r.press("way.code.continue")
	r.At("/activate/sign")
	r.findKeys()
	r.choose(zarafshon.key...)
	r.sign()
	r.At("/home")
}

// letterOf finds the number of a company's letter in the mailbox page.
func (r reader) letterOf(c company) string {
	r.t.Helper()
	return r.Eval(fmt.Sprintf(`[...document.querySelectorAll("#letters tbody tr")].find(row => row.innerText.includes(%q)).querySelector("a").getAttribute("href").split("/").pop()`, c.email))
}
