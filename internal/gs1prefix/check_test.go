package gs1prefix

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/gs1"
)

func TestFromUzbekistan(t *testing.T) {
	t.Parallel()
	for g, want := range map[gs1.GTIN]bool{
		"04780101164394": true, "34780094510087": true, "00000047800007": true,
		"04870216760007": false, "04607063428121": false, "00478000000005": false, "47800000000006": false, "00000000478005": false,
	} {
		if got := FromUzbekistan(g); got != want {
			t.Errorf("%s: %t", g, got)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const g = gs1.GTIN("04780101164394")
	own := func(digits string) holding { return holding{digits, true, Active} }
	others := func(digits string) holding { return holding{Digits: digits} }
	for _, tt := range []struct {
		name    string
		g       gs1.GTIN
		fitting []holding
		answer  Answer
		prefix  string
	}{
		{"under an own prefix", g, []holding{own("4780101")}, Covered, "4780101"},
		{"under none", g, nil, Nobody, ""},
		{"under another's", g, []holding{others("4780101")}, Others, ""},
		{"the longer one is ours", g, []holding{others("47801"), own("4780101")}, Covered, "4780101"},
		{"the longer one is another's", g, []holding{own("47801"), others("4780101")}, Others, ""},
		{"the longer one is blocked", g, []holding{own("47801"), {"4780101", true, Blocked}}, Stopped, "4780101"},
		{"a single number goes before prefixes", g, []holding{others("478010116"), own(string(g))}, Single, ""},
		{"a single number of another goes before our prefix", g, []holding{own("4780101"), others(string(g))}, Others, ""},
		{"a blocked single number", g, []holding{{string(g), true, Blocked}}, Stopped, ""},
		{"a foreign number is nobody's business", "04607063428121", []holding{own("4607063")}, Foreign, ""},
		{"eight digits have no prefix", "00000047800007", nil, Nobody, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if c := judge(tt.g, tt.fitting); c.Answer != tt.answer || c.Prefix != tt.prefix {
				t.Errorf("%+v, want %s %q", c, tt.answer, tt.prefix)
			}
		})
	}
}

// TestTheLongestPrefixDecides compares with the plain reading of the rule: of all
// prefixes the number begins with, the longest says whose it is, in whatever
// order they come.
func TestTheLongestPrefixDecides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SampledFrom([]string{"0", "1", "8", "9"}).Draw(t, "pack") + "478" + rapid.StringMatching(`[01]{9}`).Draw(t, "digits")
		digit, err := gs1.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		g := gs1.GTIN(body + string(digit))
		register := map[string]holding{}
		for _, p := range rapid.SliceOfN(rapid.StringMatching(`478[01]{1,9}`), 0, 12).Draw(t, "prefixes") {
			register[p] = holding{p, rapid.Bool().Draw(t, "own"), rapid.SampledFrom([]Status{Active, Blocked}).Draw(t, "status")}
		}
		var fitting []holding
		for _, p := range candidates(g) {
			if h, ok := register[p]; ok {
				fitting = append(fitting, h)
			}
		}
		fitting = rapid.Permutation(fitting).Draw(t, "order")
		var longest holding
		for p, h := range register {
			if strings.HasPrefix(string(g)[1:13], p) && len(p) > len(longest.Digits) {
				longest = h
			}
		}
		want := Nobody
		switch {
		case longest.Digits == "":
		case !longest.Own:
			want = Others
		case longest.Status == Blocked:
			want = Stopped
		default:
			want = Covered
		}
		got := judge(g, fitting)
		if got.Answer != want {
			t.Fatalf("%s under %v: %s, want %s", g, register, got.Answer, want)
		}
		if (got.Prefix != "") != longest.Own || got.Prefix != "" && got.Prefix != longest.Digits {
			t.Fatalf("%s: prefix %q, want that of %+v", g, got.Prefix, longest)
		}
	})
}

func TestParseEither(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"478 0001": "4780001", "4780-094-510086": "04780094510086", "34780094510087": "34780094510087", "478000000001": "478000000001",
		"478": "gs1prefix.shape", "4600001": "gs1prefix.shape", "": "gs1prefix.shape", "478<b>": "gs1prefix.shape",
		"4780094510085": "gs1.check", "4607063428121": "gs1prefix.foreign", strings.Repeat("4780", 9): "gs1.gtin",
	} {
		got, err := parseEither(typed)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
