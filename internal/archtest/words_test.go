package archtest

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode"
)

type forms map[string]string

// texts reads web/locales/<lang>: key → plural form → text ("" for a plain text).
func texts(t *testing.T, lang string) map[string]forms {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "web/locales", lang, "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no messages for %s: %v", lang, err)
	}
	all := map[string]forms{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, v := range raw {
			if _, twice := all[key]; twice {
				t.Errorf("%s: %s is defined twice", name, key)
			}
			all[key] = form(t, key, v)
		}
	}
	return all
}

func form(t *testing.T, key string, v json.RawMessage) forms {
	t.Helper()
	var s string
	if json.Unmarshal(v, &s) == nil {
		return forms{"": s}
	}
	f := forms{}
	if err := json.Unmarshal(v, &f); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return f
}

var langs = []string{"en", "ru", "uz"}

// TestLanguagesAreComplete is rule R12: same keys, same placeholders, complete
// plural forms.
func TestLanguagesAreComplete(t *testing.T) {
	want := texts(t, "en")
	for _, lang := range langs[1:] {
		have := texts(t, lang)
		for key := range want {
			if _, ok := have[key]; !ok {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key, f := range have {
			e, ok := want[key]
			if !ok {
				t.Errorf("%s has %s, en has not", lang, key)
				continue
			}
			if got, exp := holes(f), holes(e); got != exp {
				t.Errorf("%s: %s has placeholders %s, en has %s", lang, key, got, exp)
			}
		}
	}
}

func TestPluralFormsAreComplete(t *testing.T) {
	needed := map[string][]string{"en": {"one", "other"}, "ru": {"few", "many", "one", "other"}, "uz": {"one", "other"}}
	for _, lang := range langs {
		for key, f := range texts(t, lang) {
			if _, plain := f[""]; plain {
				continue
			}
			have := make([]string, 0, len(f))
			for name := range f {
				have = append(have, name)
			}
			sort.Strings(have)
			if !slices.Equal(have, needed[lang]) {
				t.Errorf("%s: %s has forms %v, needs %v", lang, key, have, needed[lang])
			}
		}
	}
}

var hole = regexp.MustCompile(`\{(\w+)\}`)

func holes(f forms) string {
	set := map[string]bool{}
	for _, s := range f {
		for _, m := range hole.FindAllStringSubmatch(s, -1) {
			set[m[1]] = true
		}
	}
	delete(set, "n") // a plural form may leave the number out
	names := make([]string, 0, len(set))
	for n := range set {
		names = append(names, n)
	}
	sort.Strings(names)
	return strings.Join(names, ",")
}

// TestTextsAreInTheirScript: no Cyrillic in Uzbek or English, no typewriter
// apostrophe after o or g in Uzbek, no shouting.
func TestTextsAreInTheirScript(t *testing.T) {
	badApostrophe := regexp.MustCompile("[oOgG]['`’‘´]")
	for _, lang := range langs {
		for key, f := range texts(t, lang) {
			for _, s := range f {
				if lang != "ru" && strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) && !anyScript(key) {
					t.Errorf("%s: %s has Cyrillic letters: %s", lang, key, s)
				}
				if lang == "uz" && badApostrophe.MatchString(s) {
					t.Errorf("uz: %s needs U+02BB after o and g: %s", key, s)
				}
				if strings.Contains(s, "!") {
					t.Errorf("%s: %s shouts: %s", lang, key, s)
				}
			}
		}
	}
}

// anyScript are texts that name another language or quote another script.
func anyScript(key string) bool {
	return strings.Contains(key, ".lang.") || strings.HasSuffix(key, "_any_script")
}

var wordLike = regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_-]+)*\.?)"`)

// TestEveryKeyIsUsedAndEveryUseHasAKey is the other half of rule R12. A key is
// used when it stands in a Go or templ file or in a data attribute, whole or
// as a prefix ending in a dot (keys made of a prefix and a code).
func TestEveryKeyIsUsedAndEveryUseHasAKey(t *testing.T) {
	keys := texts(t, "en")
	used, prefixes := mentions(t)
	for key := range keys {
		if used[key] || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			continue
		}
		t.Errorf("no code uses message %s", key)
	}
	families := map[string]bool{}
	for key := range keys {
		families[strings.Split(key, ".")[0]] = true
	}
	call := regexp.MustCompile(`(?:i18n\.(?:T|N|Text|TextN)\([^"]{0,40}|fault\.New\(fault\.\w+, )"([^"]+)"`)
	eachSource(t, func(name, text string) {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			if _, ok := keys[m[1]]; !ok && !strings.HasSuffix(m[1], ".") && families[strings.Split(m[1], ".")[0]] {
				t.Errorf("%s: message %q does not exist", name, m[1])
			}
		}
	})
}

func mentions(t *testing.T) (map[string]bool, []string) {
	t.Helper()
	used := map[string]bool{}
	var prefixes []string
	eachSource(t, func(_, text string) {
		for _, m := range wordLike.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			if strings.HasSuffix(m[1], ".") {
				prefixes = append(prefixes, m[1])
			}
		}
	})
	return used, prefixes
}

func eachSource(t *testing.T, see func(name, text string)) {
	t.Helper()
	for _, dir := range []string{"internal", "web", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(p string, d fs.DirEntry, err error) error {
			shipped := strings.HasSuffix(p, ".templ") || strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") && !strings.HasSuffix(p, "_templ.go")
			if err != nil || d.IsDir() || !shipped {
				return err
			}
			b, err := os.ReadFile(p)
			see(p, string(b))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
