package layout_test

import (
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
	"kabinet/web/ui/uitest"
)

// between gives what stands between two marks.
func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	got, _, _ := strings.Cut(rest, to)
	return got
}

func TestTitlesSayPageSectionAndPortal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page layout.Page
		want string
	}{
		"a page alone":             {layout.Page{Title: "Home"}, "Home – Kabinet – ASL BELGISI"},
		"a page of a section":      {layout.Page{Title: "Import 17", Section: "Imports"}, "Import 17 – Imports – Kabinet – ASL BELGISI"},
		"a section is no page":     {layout.Page{Title: "Imports", Section: "Imports"}, "Imports – Kabinet – ASL BELGISI"},
		"something is wrong":       {layout.Page{Title: "New place", Wrong: true}, "Error: New place – Kabinet – ASL BELGISI"},
		"a title that looks wrong": {layout.Page{Title: "<b>"}, "&lt;b&gt; – Kabinet – ASL BELGISI"},
	} {
		got := between(uitest.Render(t, i18n.En, layout.Frame(c.page)), "<title>", "</title>")
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTheLanguageSwitchKeepsPageAndQuery(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/op/orgs?q=sut&page=2":      "/op/orgs?lang=ru&amp;page=2&amp;q=sut",
		"/home":                      "/home?lang=ru",
		"/home?lang=uz":              "/home?lang=ru",
		"/activate/a%2Fb":            "/activate/a%2Fb?lang=ru",
		"":                           "/?lang=ru",
		"//other.example/x":          "/x?lang=ru",
		"////other.example/x":        "/?lang=ru",
		"https://other.example/home": "/home?lang=ru",
		"javascript:alert(1)":        "/?lang=ru",
		"%zz":                        "/?lang=ru",
	} {
		got := uitest.Render(t, i18n.En, layout.Frame(layout.Page{Title: "x", Path: path}))
		if !strings.Contains(got, `href="`+want+`" lang="ru"`) {
			t.Errorf("%q: no %q in %s", path, want, between(got, `class="lang"`, "</nav>"))
		}
	}
}

func TestEachAreaHasItsFrame(t *testing.T) {
	t.Parallel()
	person := &layout.Person{Name: "Dilnoza Yoʻldosheva", SignOut: "/sign-out"}
	nav := []layout.NavItem{{Text: "Home", URL: "/home", Current: true, Count: 3, Hot: true, About: "returned"}}
	org := &layout.Org{Name: "“Zarafshon Sut” MChJ", TIN: taxid.TIN("302118447")}
	for name, c := range map[string]struct {
		page     layout.Page
		has, not []string
	}{
		"public": {
			layout.Page{Title: "Welcome"},
			[]string{`class="sheet"`, `<a class="brand" href="/"`},
			[]string{"<details", "bar-op", "Sign out", "data-theme", "data-density", "http-equiv"},
		},
		"portal": {
			layout.Page{Title: "Home", Area: layout.Portal, Nav: nav, Person: person, Org: org, Theme: "dark", Density: "compact", Reload: 10},
			[]string{"302\u00a0118\u00a0447", `aria-current="page"`, `class="cnt hot"`, `action="/sign-out"`, `data-theme="dark"`, `data-density="compact"`, `content="dark"`, `<noscript><meta http-equiv="refresh" content="10"></noscript>`},
			[]string{"bar-op", `class="sheet"`},
		},
		"operator": {
			layout.Page{Title: "Jobs", Area: layout.Operator, Nav: nav, Person: person, Theme: "purple", Density: "tight"},
			[]string{"bar-op", ">Operator<", `href="/op"`},
			[]string{"data-theme", "data-density", "orgname"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := uitest.Render(t, i18n.En, layout.Frame(c.page))
			for _, s := range c.has {
				if !strings.Contains(got, s) {
					t.Errorf("no %s in %s", s, got)
				}
			}
			for _, s := range c.not {
				if strings.Contains(got, s) {
					t.Errorf("there is %s in %s", s, got)
				}
			}
		})
	}
}

func TestProblemPagesSayWhatToDoAndWhoHelps(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503, 418} {
		for _, l := range i18n.Langs() {
			got := uitest.Render(t, l, layout.ProblemPage(layout.Page{}, layout.Problem{Status: status, Number: "8F3K"}))
			uitest.Page(t, got)
			if strings.Contains(got, ">layout.") || !strings.Contains(got, ">8F3K<") {
				t.Errorf("%d in %s: %s", status, l.Code(), got)
			}
		}
	}
}

func TestAProblemTellsItsOwnStory(t *testing.T) {
	t.Parallel()
	got := uitest.Render(t, i18n.En, layout.ProblemPage(
		layout.Page{Title: "kept out", Section: "kept out", Area: layout.Portal, Scripts: []string{"js/sign.js"}},
		layout.Problem{
			Status: 429, What: "Five wrong codes", RetryAfter: 61 * time.Second, Who: "Gʻulomjon Oʻrinboyev",
			Action: &ui.Action{Text: "Get a new code", URL: "/activate/new-code"},
		}))
	for _, want := range []string{"Error: Too many tries – Kabinet", "Five wrong codes", "in 2 minutes", "Gʻulomjon Oʻrinboyev", "Get a new code", `href="/home"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	for _, not := range []string{"kept out", "sign.js", "problem-number"} {
		if strings.Contains(got, not) {
			t.Errorf("there is %q", not)
		}
	}
}
