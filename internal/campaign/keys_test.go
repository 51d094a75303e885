package campaign

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"kabinet/internal/platform/seal"
)

func testBox(t testing.TB, roots ...byte) *seal.Box {
	t.Helper()
	var secrets [][]byte
	for _, r := range roots {
		secrets = append(secrets, append(bytes.Repeat([]byte{r}, seal.RootLen-1), 0))
	}
	b, err := seal.New(secrets[0], secrets[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKeysAreDerivedAndDiffer(t *testing.T) {
	t.Parallel()
	box, seed := testBox(t, 7), []byte("0123456789abcdef")
	k := newKeys(box, seed, 1001, 100001)
	if !regexp.MustCompile(`^[a-z2-7]{32}$`).MatchString(k.token) {
		t.Errorf("token = %q", k.token)
	}
	if !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(grouped(k.code)) {
		t.Errorf("code = %q", grouped(k.code))
	}
	if again := newKeys(box, seed, 1001, 100001); again != k {
		t.Error("the same letter has other keys the second time")
	}
	for name, other := range map[string]keys{
		"letter":       newKeys(box, seed, 1001, 100002),
		"organization": newKeys(box, seed, 1002, 100001),
		"seed":         newKeys(box, []byte("0123456789abcdeg"), 1001, 100001),
		"root":         newKeys(testBox(t, 8), seed, 1001, 100001),
	} {
		if other.token == k.token || other.code == k.code {
			t.Errorf("another %s has the same keys", name)
		}
	}
}

func TestKeysOutliveTheirRootSecret(t *testing.T) {
	t.Parallel()
	seed := []byte("0123456789abcdef")
	before := newKeys(testBox(t, 7), seed, 1, 2)
	after := keysOf(testBox(t, 8, 7), seed, 1, 2)
	if len(after) != 2 || after[1] != before || after[0] == before {
		t.Errorf("after the exchange: %v, before: %v", after, before)
	}
	if !opens(after, before.code) || !opens(after, after[0].code) || opens(after, "0000000000000000") {
		t.Error("the earlier code does not open, or a wrong one does")
	}
}

func TestFoldCode(t *testing.T) {
	t.Parallel()
	const code = "7QK429MX01ABHPTY"
	for name, typed := range map[string]string{
		"as printed":             "7QK4-29MX-01AB-HPTY",
		"lower case":             "7qk4-29mx-01ab-hpty",
		"spaces":                 "  7QK4 29MX 01AB HPTY\n",
		"no-break spaces":        "7QK4\u00a029MX\u00a001AB\u00a0HPTY",
		"other hyphens":          "7QK4–29MX—01AB‑HPTY",
		"letters for digits":     "7QK4-29MX-OIAB-HPTY",
		"small l and o":          "7qk4-29mx-olab-hpty",
		"Cyrillic look-alikes":   "7QК4-29МХ-О1АВ-НРТУ",
		"invisible zero width":   "7QK4\u200b29MX\u200b01AB\u200bHPTY",
		"one group after groups": "7QK429MX-01ABHPTY",
	} {
		if got, ok := FoldCode(typed); !ok || got != code {
			t.Errorf("%s: FoldCode(%q) = %q, %v", name, typed, got, ok)
		}
	}
	for name, typed := range map[string]string{
		"nothing":        "",
		"too short":      "7QK4-29MX-01AB-HPT",
		"too long":       "7QK4-29MX-01AB-HPTY-0",
		"a letter U":     "7QK4-29MX-01AB-HPTU",
		"punctuation":    "7QK4.29MX.01AB.HPTY",
		"another script": "七QK4-29MX-01AB-HPTY",
	} {
		if got, ok := FoldCode(typed); ok {
			t.Errorf("%s: FoldCode(%q) = %q, want none", name, typed, got)
		}
	}
}

func FuzzFoldCode(f *testing.F) {
	f.Add("7QK4-29MX-01AB-HPTY")
	f.Add("О I L")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := FoldCode(typed)
		if !ok {
			return
		}
		if len(code) != codeChars || strings.Trim(code, crockford) != "" {
			t.Errorf("FoldCode(%q) = %q", typed, code)
		}
		if again, ok := FoldCode(grouped(code)); !ok || again != code {
			t.Errorf("%q does not fold to itself but to %q", code, again)
		}
	})
}

func TestMaskEmail(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"gulom@zarafshon.example": "g•••@zarafshon.example",
		"a@b.example":             "a•••@b.example",
		"nonsense":                "•••",
		"@b.example":              "•••",
	} {
		if got := MaskEmail(address); got != want || !utf8.ValidString(got) {
			t.Errorf("MaskEmail(%q) = %q, want %q", address, got, want)
		}
	}
}
