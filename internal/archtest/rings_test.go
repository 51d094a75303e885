package archtest

import (
	"slices"
	"strings"
	"testing"
)

// reach lists which rings a ring may import (rule R1).
var reach = map[string][]string{
	"core":     {"core"},
	"platform": {"core", "platform", "data"},
	"feature":  {"core", "platform", "feature", "view", "data"},
	"http":     {"core", "platform", "feature", "view", "ui", "data"},
	"view":     {"core", "platform", "feature", "view", "ui", "data"},
	"ui":       {"core", "platform", "ui", "data"},
	"app":      {"core", "platform", "feature", "http", "view", "ui", "data"},
	"cmd":      {"core", "platform", "app", "cmd", "feature", "view", "ui", "data"}, // views: pages of development
	"data":     {},
	"archtest": {},
	"bench":    {}, // the yardstick of bench must not move with the portal
}

// narrow lists platform packages a ring may not touch, or the only ones it may.
func forbidden(from, to string) bool {
	sub := strings.TrimPrefix(to, "internal/platform/")
	if sub == to {
		return false
	}
	switch from {
	case "feature": // R3: a use case knows no HTTP
		return sub == "httpx"
	case "http": // R4: a handler knows no driver, transaction or queue
		return slices.Contains([]string{"pg", "gate", "pg/pgtest"}, sub)
	case "view", "ui":
		return sub != "i18n"
	}
	return false
}

func TestEveryPackageFitsARing(t *testing.T) {
	for _, f := range files(t) {
		if ring(f.pkg) == "" {
			t.Errorf("%s: no ring for this package; see internal/decisions/0001", f.path)
		}
	}
}

func TestImportsPointInwards(t *testing.T) {
	for _, f := range files(t) {
		for _, to := range f.imports {
			from := ring(f.pkg)
			if !slices.Contains(reach[from], ring(to)) {
				t.Errorf("%s (%s) imports %s (%s)", f.path, from, to, ring(to))
			}
			if forbidden(from, to) && !exempt(f, to) {
				t.Errorf("%s (%s) must not know %s", f.path, from, to)
			}
		}
	}
}

// exempt lists single imports with their reason.
func exempt(f file, to string) bool {
	reasons := map[string]string{
		"web/mailview internal/platform/mail": "letters are drawn into a mail message",
	}
	_, ok := reasons[f.pkg+" "+to]
	return ok
}

// TestCoreIsPlain is rule R2: the words of the house depend on nothing.
func TestCoreIsPlain(t *testing.T) {
	for _, f := range files(t) {
		if ring(f.pkg) != "core" {
			continue
		}
		for _, i := range f.foreign {
			if strings.Contains(strings.Split(i, "/")[0], ".") || i == "net/http" || i == "database/sql" {
				t.Errorf("%s imports %s", f.path, i)
			}
		}
	}
}

// TestUseCasesKnowNoWeb is rule R3 for foreign packages.
func TestUseCasesKnowNoWeb(t *testing.T) {
	for _, f := range files(t) {
		if ring(f.pkg) != "feature" {
			continue
		}
		for _, i := range f.foreign {
			if i == "net/http" || strings.HasPrefix(i, "github.com/go-chi/") || strings.HasPrefix(i, "github.com/alexedwards/") {
				t.Errorf("%s imports %s", f.path, i)
			}
		}
	}
}

// TestHandlersKnowNoDriver is rule R4 for foreign packages.
func TestHandlersKnowNoDriver(t *testing.T) {
	for _, f := range files(t) {
		if ring(f.pkg) != "http" {
			continue
		}
		for _, i := range f.foreign {
			if strings.HasPrefix(i, "github.com/jackc/") || strings.HasPrefix(i, "github.com/riverqueue/") {
				t.Errorf("%s imports %s", f.path, i)
			}
		}
	}
}

// TestFeaturesUseOnlyWhomTheyMay is rule R5: edges between features are few,
// written down and acyclic.
func TestFeaturesUseOnlyWhomTheyMay(t *testing.T) {
	used := map[string]bool{}
	for _, f := range files(t) {
		own := feature(f.pkg)
		if own == "" {
			continue
		}
		for _, to := range f.imports {
			other := feature(to)
			if other == "" || other == own || shared[other] {
				continue
			}
			edge := own + " → " + other
			used[edge] = true
			if !slices.Contains(mayUse[own], other) {
				t.Errorf("%s: %s is not on the list in uses_test.go", f.path, edge)
			}
		}
	}
	for from, tos := range mayUse {
		for _, to := range tos {
			if !used[from+" → "+to] {
				t.Errorf("uses_test.go allows %s → %s, which nobody needs", from, to)
			}
		}
	}
}

// TestShippedCodeImportsNoTestCode is rule R16; what carries the tag dev is not
// in the production binary and may.
func TestShippedCodeImportsNoTestCode(t *testing.T) {
	for _, f := range files(t) {
		if f.dev || testOnly(f.pkg) || f.pkg == "cmd/devpg" {
			continue
		}
		for _, to := range f.imports {
			if testOnly(to) {
				t.Errorf("%s imports %s", f.path, to)
			}
		}
		if slices.Contains(f.foreign, "testing") {
			t.Errorf("%s imports testing", f.path)
		}
	}
}

func testOnly(pkg string) bool {
	switch pkg[strings.LastIndex(pkg, "/")+1:] {
	case "golden", "pgtest", "devpg", "edstest", "eimzosim", "mailtest", "uitest", "httptesting", "browsertest", "picturetest":
		return true
	}
	return false
}
