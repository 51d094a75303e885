package eventview

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"kabinet/internal/event"
	"kabinet/internal/platform/i18n"
	"kabinet/web/locales"
)

// An act nobody can narrow the list to is an act nobody finds.
func TestFamiliesCoverEveryActOfAnOrganization(t *testing.T) {
	t.Parallel()
	b, err := fs.ReadFile(locales.Files, "en/audit.json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(b, &words); err != nil {
		t.Fatal(err)
	}
	operators := []string{ // lines of no organization
		"answer", "attributes", "calendar", "campaign", "dictionary", "feed", "import", "job", "maintenance", "readiness", "reason", "reference", "staff",
	}
	seen := map[string]bool{}
	for key := range words {
		noun, _, _ := strings.Cut(strings.TrimPrefix(key, "audit."), ".")
		seen[noun] = true
		if !slices.Contains(event.Families(), noun) && !slices.Contains(operators, noun) {
			t.Errorf("%s is in no family", key)
		}
	}
	for _, f := range event.Families() {
		if !seen[f] || !i18n.Has("event.family."+f) {
			t.Errorf("family %s has no acts or no words", f)
		}
	}
}

func TestCodesAreShownInWords(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), i18n.En)
	for field, tt := range map[string][2]string{
		"roles":  {"observer, no_such_role", i18n.Text(i18n.En, "role.observer") + ", no_such_role"},
		"status": {"not_activated", "Not activated"},
		"reason": {"signin.nowhere", i18n.Text(i18n.En, "signin.nowhere")},
		"until":  {"2026-01-02T20:00:00Z", "03.01.2026, 01:00"},
		"main":   {"true", "yes"},
		"gln":    {"", "(empty)"},
		"name":   {"observer", "observer"},
		"amount": {"420000000", "4\u00a0200\u00a0000\u00a0soʻm"},
		"answer": {"accepted", "Accepted"},
		"task":   {"cards", "Product cards"},
	} {
		if got := shown(ctx, field, tt[0]); got != tt[1] {
			t.Errorf("%s: %q, want %q", field, got, tt[1])
		}
	}
	for about, want := range map[string]string{"document:17": "Document 17", "org:1284": "", "thing:1": "thing:1"} {
		if got := target(ctx, event.Event{Target: about}); got != want {
			t.Errorf("%s is shown as %q, want %q", about, got, want)
		}
	}
	if got := name(ctx, "scope_all_groups"); got != "All product groups" {
		t.Error(got)
	}
}
