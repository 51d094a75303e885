package static

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kabinet/internal/platform/i18n"
	"kabinet/web/locales"
)

// sheet is the whole style sheet as it is sent, without comments.
func sheet() string { return string(assets.files[URL("css/portal.css")].plain) }

// The floor is Chrome 109, Firefox 115, Safari 15.6 (ux.md 0.4).
func TestTheStyleSheetStaysAboveTheFloor(t *testing.T) {
	t.Parallel()
	css := sheet()
	for what, pattern := range map[string]string{
		"color-mix (Chrome 111)":                                `color-mix\(`,
		"oklch, oklab, lab, lch":                                `\b(ok)?(lch|lab)\(`,
		"light-dark (Chrome 123)":                               `light-dark\(`,
		"nesting (Chrome 112)":                                  `&[\s.:\[>+~]`,
		"media ranges (Safari 16.4)":                            `@media[^{]*[<>]`,
		"container queries (Safari 16)":                         `@container`,
		"scrollbar properties (Chrome 121)":                     `scrollbar-`,
		"foreign sheets":                                        `@import`,
		"foreign addresses":                                     `https?:|url\("//`,
		"data addresses":                                        `data:`,
		"dynamic viewport units (Chrome 108, Safari 15.4 only)": `\d[dsl]vh`,
	} {
		if m := regexp.MustCompile(pattern).FindString(css); m != "" {
			t.Errorf("%s: %q", what, m)
		}
	}
	outside := regexp.MustCompile(`(?s)@supports selector\(:has\(a\)\)\s*\{.*?\n\}\n\}`).ReplaceAllString(css, "")
	if strings.Contains(outside, ":has(") {
		t.Error(":has() outside @supports: Firefox 115 drops the whole rule")
	}
	if open, closed := strings.Count(css, "{"), strings.Count(css, "}"); open != closed {
		t.Errorf("%d braces open, %d close", open, closed)
	}
	screen, _, _ := strings.Cut(css, "@media print")
	if n := strings.Count(screen, "!important"); n > 1 {
		t.Errorf("%d times !important; only [hidden] and paper need it", n)
	}
}

var (
	useOfToken  = regexp.MustCompile(`var\((--[a-z0-9-]+)\)`)
	tokenOfRoot = regexp.MustCompile(`(--[a-z0-9-]+):\s*([^;]+);`)
	rootBlock   = regexp.MustCompile(`(?s):root([^{]*)\{([^}]*)\}`)
)

// tokens reads the blocks of tokens: the light one, dark by the system, dark by choice.
func tokens(t *testing.T) (light, system, chosen map[string]string) {
	t.Helper()
	for _, m := range rootBlock.FindAllStringSubmatch(sheet(), -1) {
		values := map[string]string{}
		for _, v := range tokenOfRoot.FindAllStringSubmatch(m[2], -1) {
			values[v[1]] = v[2]
		}
		if len(values) == 0 {
			continue
		}
		switch strings.TrimSpace(m[1]) {
		case "":
			light = values
		case `:not([data-theme="light"])`:
			system = values
		case `[data-theme="dark"]`:
			chosen = values
		}
	}
	return light, system, chosen
}

func TestBothWaysToDarkAreEqual(t *testing.T) {
	t.Parallel()
	light, system, chosen := tokens(t)
	if len(system) < 30 || fmt.Sprint(system) != fmt.Sprint(chosen) {
		t.Errorf("dark by the system and dark by choice differ:\n%v\n%v", system, chosen)
	}
	for name := range system {
		if light[name] == "" {
			t.Errorf("%s exists in the dark only", name)
		}
	}
	for name, value := range light {
		if strings.HasPrefix(value, "#") && system[name] == "" {
			t.Errorf("the colour %s has no dark value", name)
		}
	}
	for _, m := range useOfToken.FindAllStringSubmatch(sheet(), -1) {
		if light[m[1]] == "" {
			t.Errorf("%s is used and nowhere set", m[1])
		}
	}
}

// pairs are the colours that meet on a page: what stands on what, and the
// contrast the two must have (WCAG 1.4.3, 1.4.11).
var pairs = []struct {
	fore, back string
	least      float64
}{
	{"ink", "paper", 7},
	{"ink", "surface", 7},
	{"ink", "sunk", 7},
	{"ink", "brand-tint", 7},
	{"ink2", "paper", 4.5},
	{"ink2", "surface", 4.5},
	{"ink2", "sunk", 4.5},
	{"ink2", "brand-tint", 4.5},
	{"surface", "ink2", 4.5},
	{"ink3", "paper", 4.5},
	{"ink3", "surface", 4.5},
	{"ink3", "sunk", 4.5},
	{"link", "paper", 4.5},
	{"link", "surface", 4.5},
	{"link", "sunk", 4.5},
	{"link", "brand-tint", 4.5},
	{"brand-press", "paper", 4.5},
	{"brand-press", "surface", 4.5},
	{"brand-press", "sunk", 4.5},
	{"btn-fg", "brand", 4.5},
	{"btn-fg", "brand-press", 4.5},
	{"stop-fg", "stop", 4.5},
	{"stop-fg", "stop-press", 4.5},
	{"bar-fg", "bar", 4.5},
	{"bar-fg", "bar-up", 4.5},
	{"bar-2", "bar", 4.5},
	{"bar-2", "bar-up", 4.5},
	{"bar-bad", "bar", 4.5},
	{"bar-bad", "bar-up", 4.5},
	{"saffron", "surface", 4.5},
	{"saffron", "paper", 3},
	{"ok", "ok-bg", 4.5},
	{"info", "info-bg", 4.5},
	{"warn", "warn-bg", 4.5},
	{"bad", "bad-bg", 4.5},
	{"mute", "mute-bg", 4.5},
	{"ok", "surface", 4.5},
	{"bad", "surface", 4.5},
	{"bad", "paper", 4.5},
	{"bad", "sunk", 4.5},
	{"bad", "brand-tint", 4.5},
	{"info", "surface", 3},
	{"edge", "surface", 3},
	{"edge", "paper", 3},
	{"edge", "sunk", 3},
	{"brand", "paper", 3},
	{"brand", "surface", 3},
	{"brand", "brand-tint", 3},
	{"bar-edge", "bar", 3},
	{"saffron-mark", "bar", 3},
	{"saffron-mark", "bar-up", 3},
	{"focus", "paper", 3},
	{"focus", "surface", 3},
	{"focus", "sunk", 3},
}

func TestContrastOfEveryPairOfTokens(t *testing.T) {
	t.Parallel()
	light, dark, _ := tokens(t)
	for scheme, values := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			got := contrast(t, values["--"+p.fore], values["--"+p.back])
			if got < p.least {
				t.Errorf("%s: %s on %s has %.2f, needs %.1f", scheme, p.fore, p.back, got, p.least)
			}
		}
		// One of the two rings shows on whatever lies beneath, also on the bar.
		for _, back := range []string{"brand", "bar", "stop", "saffron-mark", "surface"} {
			ring := contrast(t, values["--focus"], values["--"+back])
			halo := contrast(t, values["--halo"], values["--"+back])
			if math.Max(ring, halo) < 3 {
				t.Errorf("%s: the focus ring is lost on %s", scheme, back)
			}
		}
	}
	// The word "Operator" is dark on saffron in both schemes.
	if got := contrast(t, "#10201e", light["--saffron-mark"]); got < 4.5 {
		t.Errorf("operator: %.2f", got)
	}
}

// contrast is the ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (math.Max(la, lb) + .05) / (math.Min(la, lb) + .05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%q is no colour", hex)
	}
	linear := func(v uint64) float64 {
		c := float64(v&0xff) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*linear(n>>16) + .7152*linear(n>>8) + .0722*linear(n)
}

// glyphs reads what a font holds from the list that was made with it, after
// checking that the list belongs to this very file.
func glyphs(t *testing.T, font string) map[rune]bool {
	t.Helper()
	content, err := fs.ReadFile(files, "fonts/"+font+".woff2")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join("fonts", font+".cmap"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	has := map[rune]bool{}
	for i, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		if i == 0 {
			if line != "sha256 "+hex.EncodeToString(sum[:]) {
				t.Fatalf("%s.cmap was made for another file; run fonts/subset.sh", font)
			}
			continue
		}
		n, err := strconv.ParseInt(strings.TrimPrefix(line, "U+"), 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		has[rune(n)] = true
	}
	return has
}

var (
	fontFace = regexp.MustCompile(`(?s)@font-face\s*\{(.*?)\}`)
	fontFile = regexp.MustCompile(`/assets/fonts/([a-z-]+)\.`)
	oneRange = regexp.MustCompile(`U\+([0-9A-F]+)(?:-([0-9A-F]+))?`)
)

func TestFontsHaveTheLettersWeUse(t *testing.T) {
	t.Parallel()
	text := map[rune]bool{}
	for _, font := range []string{"onest-latin", "onest-cyrillic", "onest-uzbek-cyrillic"} {
		for r := range glyphs(t, font) {
			text[r] = true
		}
	}
	for _, r := range "ʻʼ‘’“”№«»–—…−ЎўҚқҒғҲҳЁё\u00a0·" {
		if !text[r] {
			t.Errorf("no font has %q (%U)", r, r)
		}
	}
	for _, l := range i18n.Langs() {
		names, err := fs.Glob(locales.Files, l.Code()+"/*.json")
		if err != nil || len(names) == 0 {
			t.Fatalf("locales of %s: %v", l.Code(), err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(locales.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range string(b) {
				if r != '\n' && r != '\t' && !text[r] {
					t.Errorf("%s uses %q (%U), which no font has", name, r, r)
				}
			}
		}
	}
}

func TestFontsAreDeclaredForWhatTheyHold(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	for _, face := range fontFace.FindAllStringSubmatch(sheet(), -1) {
		font := fontFile.FindStringSubmatch(face[1])[1]
		has := glyphs(t, font)
		_, ranges, _ := strings.Cut(face[1], "unicode-range:")
		reached := map[rune]bool{}
		for _, m := range oneRange.FindAllStringSubmatch(ranges, -1) {
			from, _ := strconv.ParseInt(m[1], 16, 32)
			to := from
			if m[2] != "" {
				to, _ = strconv.ParseInt(m[2], 16, 32)
			}
			for r := from; r <= to; r++ {
				reached[rune(r)] = true
			}
		}
		declared[font] = true
		for r := range has {
			if !reached[r] && font != "plex-mono" { // the whole file is shipped, few of it is used
				t.Errorf("%s has %U, which its range leaves out", font, r)
			}
		}
	}
	if len(declared) != 4 {
		t.Errorf("declared: %v", declared)
	}
}
