package letterkey_test

import (
	"bytes"
	"strings"
	"testing"

	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/seal"
)

func TestKindsOfLettersHaveKeysApart(t *testing.T) {
	t.Parallel()
	box, err := seal.New(append(bytes.Repeat([]byte{7}, seal.RootLen-1), 0))
	if err != nil {
		t.Fatal(err)
	}
	seed := letterkey.NewSeed()
	one := letterkey.Maker{Box: box, Token: "one.token", Code: "one.code"}
	two := letterkey.Maker{Box: box, Token: "two.token", Code: "two.code"}
	a, b := one.New(seed, 1, 2), two.New(seed, 1, 2)
	if a.Token == b.Token || a.Code == b.Code {
		t.Error("two kinds share keys")
	}
	if all := one.All(seed, 1, 2); len(all) != 1 || all[0] != a || !letterkey.Opens(all, a.Code) || letterkey.Opens(all, b.Code) {
		t.Errorf("%v", all)
	}
	if token, ok := letterkey.FoldToken(strings.ToUpper(a.Token)); !ok || token != a.Token {
		t.Errorf("%q, %v", token, ok)
	}
	for _, s := range []string{"", a.Token[1:], a.Token + "a", strings.Repeat("1", len(a.Token)), strings.Repeat("я", 16)} {
		if _, ok := letterkey.FoldToken(s); ok {
			t.Errorf("%q passes for a token", s)
		}
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
		if got, ok := letterkey.FoldCode(typed); !ok || got != code {
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
		if got, ok := letterkey.FoldCode(typed); ok {
			t.Errorf("%s: FoldCode(%q) = %q, want none", name, typed, got)
		}
	}
}

func FuzzFoldCode(f *testing.F) {
	f.Add("7QK4-29MX-01AB-HPTY")
	f.Add("О I L")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := letterkey.FoldCode(typed)
		if !ok {
			return
		}
		if len(code) != letterkey.CodeChars || strings.Trim(code, letterkey.Alphabet) != "" {
			t.Errorf("FoldCode(%q) = %q", typed, code)
		}
		if again, ok := letterkey.FoldCode(letterkey.Grouped(code)); !ok || again != code {
			t.Errorf("%q does not fold to itself but to %q", code, again)
		}
	})
}
