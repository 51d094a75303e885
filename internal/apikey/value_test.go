package apikey

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestValue(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^kbn_[0-9A-Za-z]{42}$`)
	seen := map[string]bool{}
	letters := map[byte]int{}
	for range 5000 {
		v := newValue()
		s := v.Reveal()
		if !shape.MatchString(s) || seen[s] {
			t.Fatalf("%q has another shape, or came twice", s)
		}
		seen[s] = true
		for i := len(mark); i < len(mark)+randomLen; i++ {
			letters[s[i]]++
		}
		if back, err := ParseValue(s); err != nil || back != v || back.Hash() != v.Hash() {
			t.Fatalf("%q is not read back: %v", s, err)
		}
	}
	// 5000 · 36 / 62 = 2903 of each, standard deviation 53.
	for _, c := range []byte(alphabet) {
		if n := letters[c]; n < 2903-6*53 || n > 2903+6*53 {
			t.Errorf("%c came %d times, about 2903 expected", c, n)
		}
	}
}

func TestTypingErrorsAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := []byte(newValue().Reveal())
		at := rapid.IntRange(0, len(s)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte(alphabet+"_- ")).Draw(t, "c")
		if s[at] == c {
			return
		}
		s[at] = c
		if _, err := ParseValue(string(s)); !errors.Is(err, ErrMalformed) {
			t.Fatalf("%q passes with %q at %d", s, c, at)
		}
	})
	t.Run("two letters that changed places", func(t *testing.T) {
		t.Parallel()
		for range 500 {
			s := []byte(newValue().Reveal())
			for i := len(mark); i < len(s)-1; i++ {
				if s[i] == s[i+1] {
					continue
				}
				s[i], s[i+1] = s[i+1], s[i]
				if _, err := ParseValue(string(s)); err == nil {
					t.Fatalf("%q passes", s)
				}
				s[i], s[i+1] = s[i+1], s[i]
			}
		}
	})
	for name, s := range map[string]string{
		"nothing": "", "the mark alone": mark, "another mark": "kbm_" + strings.Repeat("0", 42), "too long": newValue().Reveal() + "0",
		"too short": newValue().Reveal()[:45], "huge": mark + strings.Repeat("A", 1<<20), "letters that only look right": mark + strings.Repeat("А", 21),
		"NUL": mark + strings.Repeat("\x00", 42), "a break": newValue().Reveal()[:45] + "\n",
	} {
		if _, err := ParseValue(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAValueHidesFromPrinting(t *testing.T) {
	t.Parallel()
	v := newValue()
	encoded, err := json.Marshal(map[string]any{"v": v})
	if err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{
		"%v": fmt.Sprint(v), "%#v": fmt.Sprintf("%#v", v), "%+v in a struct": fmt.Sprintf("%+v", struct{ V Value }{v}), "JSON": string(encoded),
		"an error": fmt.Errorf("x %v", v).Error(),
	} {
		if strings.Contains(out, v.Reveal()[len(mark):len(mark)+8]) {
			t.Errorf("%s shows it: %s", name, out)
		}
	}
	prefix, last4 := v.shown()
	if hidden := valueLen - checkLen - len(prefix); hidden*595/100 < 160 {
		t.Errorf("what is shown leaves %d random letters", hidden)
	}
	if len(last4) != 4 {
		t.Errorf("the end shown is %q", last4)
	}
}

func FuzzParseValue(f *testing.F) {
	f.Add(newValue().Reveal())
	f.Add(mark)
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseValue(s)
		if err == nil && (v.Reveal() != s || len(s) != valueLen || !strings.HasPrefix(s, mark)) {
			t.Errorf("%q passes as %q", s, v.Reveal())
		}
	})
}
