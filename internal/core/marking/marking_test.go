package marking_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/marking"
)

const (
	beer    = "010487021676000721qKkdi+S\x1d93U3g5" // domain.md 2.9, with its separator
	tobacco = "04780101164394TF&csaNNW1kK0tL"
	pharma  = "010478010100001221abcdefghij'12\x1d91EE06\x1d92MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
)

func TestRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		changes  []marking.Change
		err      error
	}{
		"as it is":                       {beer, beer, nil, nil},
		"of tobacco":                     {tobacco, tobacco, nil, nil},
		"an apostrophe at the end stays": {"0104870216760007210000000000'''", "0104870216760007210000000000'''", nil, nil},
		"a quotation mark inside stays":  {`010487021676000721qKk"i+S`, `010487021676000721qKk"i+S`, nil, nil},
		"of a spreadsheet":               {strings.ReplaceAll(pharma, "\x1d", "_x001D_"), pharma, []marking.Change{marking.Separators}, nil},
		"of JSON in JSON":                {strings.ReplaceAll(pharma, "\x1d", `\u001d`), pharma, []marking.Change{marking.Separators}, nil},
		"as pages show it":               {strings.ReplaceAll(pharma, "\x1d", "⟨GS⟩"), pharma, []marking.Change{marking.Separators}, nil},
		"of a scanner with è":            {"è" + strings.ReplaceAll(beer, "\x1d", "è"), beer, []marking.Change{marking.Separators, marking.Prefix}, nil},
		"with the mark of the symbology": {"]d2" + beer, beer, []marking.Change{marking.Prefix}, nil},
		"FNC1 in front":                  {"\x1d" + beer, beer, []marking.Change{marking.Prefix}, nil},
		"spaces everywhere":              {" 0104870216760007 21qKkdi+S\x1d 93U3g5\r\n", beer, []marking.Change{marking.Spaces}, nil},
		"what nobody sees":               {"\u202a" + beer + "\u202c\x00", beer, []marking.Change{marking.Invisible}, nil},
		"a text mark of a spreadsheet":   {"'" + beer, beer, []marking.Change{marking.Prefix}, nil},
		"a cell of CSV":                  {`"` + beer + `"`, beer, []marking.Change{marking.Prefix}, nil},
		"for people":                     {"(01)04870216760007(21)qKkdi+S(93)U3g5", beer, []marking.Change{marking.Brackets}, nil},
		"for people, long":               {"(01)04780101000012(21)abcdefghij'12(91)EE06(92)MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", pharma, []marking.Change{marking.Brackets}, nil},
		"a separator too many behind":    {beer + "\x1d", beer, nil, nil},
		"a transport code":               {"00047800000100000013", "00047800000100000013", nil, nil},
		"too short":                      {"0104870216760007", "", nil, marking.ErrShort},
		"nothing":                        {"", "", nil, marking.ErrShort},
		"too long":                       {strings.Repeat("1", 201), "", nil, marking.ErrLong},
		"much too long":                  {strings.Repeat("1", 1<<20), "", nil, marking.ErrLong},
		"Cyrillic":                       {"010487021676000721qКkdi+S", "", nil, marking.ErrCyrillic},
		"digits of another script":       {"٠١٠٤٨٧٠٢١٦٧٦٠٠٠٧٢١٠١٢٣٤", "", nil, marking.ErrSign},
		"broken UTF-8":                   {"010487021676000721qKkdi\xff", "", nil, marking.ErrSign},
	} {
		got, changes, err := marking.Read(c.in)
		if string(got) != c.want || !errors.Is(err, c.err) || err == nil && !slices.Equal(changes, c.changes) {
			t.Errorf("%s: %q, %v, %v; want %q, %v, %v", name, got, changes, err, c.want, c.changes, c.err)
		}
	}
}

func TestIdent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, ident, gtin string }{
		"before the first separator":      {beer, "010487021676000721qKkdi+S", "04870216760007"},
		"short, separators lost":          {strings.ReplaceAll(beer, "\x1d", ""), "010487021676000721qKkdi+S", "04870216760007"},
		"long, separators lost":           {strings.ReplaceAll(pharma, "\x1d", ""), "010478010100001221abcdefghij'12", "04780101000012"},
		"without a tail":                  {"010478010100001221abcdefghij'12", "010478010100001221abcdefghij'12", "04780101000012"},
		"of tobacco":                      {tobacco, "04780101164394TF&csaN", "04780101164394"},
		"of tobacco without its check":    {"04780101164394TF&csaN", "04780101164394TF&csaN", "04780101164394"},
		"a transport code":                {"00047800000100000013", "00047800000100000013", ""},
		"a check digit that does not fit": {"010487021676000821qKkdi+S93U3g5", "010487021676000821qKkdi+S93U3g5", ""},
	} {
		if got := marking.Code(c.code); got.Ident() != c.ident || string(got.GTIN()) != c.gtin {
			t.Errorf("%s: %q of %q, want %q of %q", name, got.Ident(), got.GTIN(), c.ident, c.gtin)
		}
	}
	if marking.Code(beer).IsTransport() || !marking.Code("00047800000100000013").IsTransport() {
		t.Error("transport codes are told by 00 and a check digit that fits")
	}
}

// TestACodeIsFoundHoweverItIsTyped: whatever of a code one saw and another typed,
// what they look it up by meets.
func TestACodeIsFoundHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		serial := rapid.StringMatching(`[!-~]{13}|[!-~]{7}`).Draw(t, "serial")
		ident := "010487021676000721" + serial
		tail := rapid.SampledFrom([]string{"93abcd", "91EE0692" + strings.Repeat("x", 44)}).Draw(t, "tail")
		forms := []marking.Code{
			marking.Code(ident + "\x1d" + strings.Replace(tail, "92xx", "\x1d92xx", 1)), marking.Code(ident + tail), marking.Code(ident),
		}
		for _, seen := range forms {
			for _, typed := range forms {
				if !slices.ContainsFunc(typed.Idents(), func(id string) bool { return slices.Contains(seen.Idents(), id) }) {
					t.Fatalf("%q is not found by %q", seen, typed)
				}
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{beer, tobacco, pharma, "(01)04870216760007(21)qKkdi+S(93)U3g5", "]d2" + beer, "è", "_x001D_", "\xff", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, _, err := marking.Read(s)
		if err != nil {
			return
		}
		again, changes, err := marking.Read(string(c))
		if again != c && !slices.Contains(changes, marking.Separators) || err != nil && len(changes) == 0 {
			t.Errorf("%q is read as %q, and that as %q (%v, %v)", s, c, again, changes, err)
		}
		if id := c.Ident(); id == "" || !strings.HasPrefix(string(c), id) || !slices.Contains(c.Idents(), id) {
			t.Errorf("%q has identification code %q of %q", c, id, c.Idents())
		}
		for _, b := range []byte(c) {
			if b != marking.GS && (b <= ' ' || b > '~') {
				t.Errorf("%q keeps %q", c, b)
			}
		}
	})
}
