package attribute_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg/pgtest"
)

var (
	count  = attribute.Attribute{Code: "count", Kind: attribute.Integer, Min: "1", Max: "1000"}
	share  = attribute.Attribute{Code: "share", Kind: attribute.Decimal, Min: "0", Max: "99.5"}
	free   = attribute.Attribute{Code: "free", Kind: attribute.Decimal}
	note   = attribute.Attribute{Code: "note", Kind: attribute.Text, Length: 5}
	sealed = attribute.Attribute{Code: "sealed", Kind: attribute.Flag}
	until  = attribute.Attribute{Code: "until", Kind: attribute.Date, Required: true, Unless: "sealed"}
	class  = attribute.Attribute{Code: "class", Kind: attribute.Choice, Options: []attribute.Option{
		{Code: "a2", Label: attribute.Words{Uz: "A++", Ru: "A++"}},
		{Code: "a", Label: attribute.Words{Uz: "A", Ru: "A"}},
		{Code: "fat", Label: attribute.Words{Uz: "Yogʻli", Ru: "Жирный", En: "Fat"}},
	}}
	extras = attribute.Attribute{Code: "extras", Kind: attribute.Choices, Options: []attribute.Option{
		{Code: "wifi", Label: attribute.Words{Uz: "Wi-Fi", Ru: "Вайфай"}}, {Code: "remote", Label: attribute.Words{Uz: "Pult", Ru: "Пульт", En: "Remote control"}},
	}}
	set = attribute.Set{Group: 1, Version: 1, Attributes: []attribute.Attribute{count, share, free, note, sealed, until, class, extras}}
)

func TestOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a           attribute.Attribute
		typed, want string // want begins with "!" for a complaint
	}{
		{count, "", ""},
		{count, " \t", ""},
		{count, "007", "7"},
		{count, "+7", "7"},
		{count, " 1 000 ", "1000"},
		{count, "1\u00a0000", "1000"},
		{count, "0", "!attribute.wrong.min"},
		{count, "-3", "!attribute.wrong.min"},
		{count, "1001", "!attribute.wrong.max"},
		{count, "1,0", "!attribute.wrong.integer"},
		{count, "1 00", "!attribute.wrong.integer"},
		{count, "1e3", "!attribute.wrong.integer"},
		{count, "٣", "!attribute.wrong.integer"},
		{count, "３", "!attribute.wrong.integer"},
		{count, strings.Repeat("9", 16), "!attribute.wrong.integer"},
		{count, "7\x00", "!text.unprintable"},
		{count, "\u202e7", "!text.unprintable"},
		{count, strings.Repeat("7", 3000), "!text.long"},
		{share, "1,50", "1.5"},
		{share, "01.500", "1.5"},
		{share, "99,5", "99.5"},
		{share, "0.0", "0"},
		{share, "-0", "0"},
		{share, "-0.000", "0"},
		{share, "99.500001", "!attribute.wrong.max"},
		{share, "-0.1", "!attribute.wrong.min"},
		{share, "1.2.3", "!attribute.wrong.decimal"},
		{share, ".5", "!attribute.wrong.decimal"},
		{share, "5.", "!attribute.wrong.decimal"},
		{share, "0.1234567", "!attribute.wrong.decimal"},
		{share, "NaN", "!attribute.wrong.decimal"},
		{free, "-1 234 567,8900", "-1234567.89"},
		{note, " Вода ", "Вода"},
		{note, "а\u200bб", "аб"},
		{note, "шесть!", "!attribute.wrong.too_long"},
		{note, "a\u202eb", "!text.unprintable"},
		{sealed, "yes", "yes"},
		{sealed, "Да", "yes"},
		{sealed, "HA", "yes"},
		{sealed, "ҳа", "yes"},
		{sealed, "1", "yes"},
		{sealed, "true", "yes"},
		{sealed, "no", "no"},
		{sealed, "нет", "no"},
		{sealed, "yo'q", "no"},
		{sealed, "Yoʻq", "no"},
		{sealed, "йўқ", "no"},
		{sealed, "0", "no"},
		{sealed, "maybe", "!attribute.wrong.flag"},
		{sealed, "-", "!attribute.wrong.flag"},
		{until, "2026-03-01", "2026-03-01"},
		{until, "01.03.2026", "2026-03-01"},
		{until, "1.3.2026", "2026-03-01"},
		{until, "31.02.2026", "!attribute.wrong.date"},
		{until, "03/01/2026", "!attribute.wrong.date"},
		{until, "01.03.26", "!attribute.wrong.date"},
		{until, "1899-12-31", "!attribute.wrong.date"},
		{until, "2200-01-01", "!attribute.wrong.date"},
		{class, "a", "a"},
		{class, "A", "a"},
		{class, "A++", "a2"},
		{class, "a2", "a2"},
		{class, "жирный", "fat"},
		{class, "YOG'LI", "fat"},
		{class, "ёғли", "fat"},
		{class, "Fat", "fat"},
		{class, "a++", "!attribute.wrong.option"},
		{class, "—", "!attribute.wrong.option"},
		{class, "b", "!attribute.wrong.option"},
		{extras, "remote, wifi", "wifi,remote"},
		{extras, "Пульт; пульт", "remote"},
		{extras, ",;", ""},
		{extras, "wifi,b", "!attribute.wrong.option"},
	} {
		got, err := tt.a.Open(tt.typed)
		if f, ok := fault.As(err); ok {
			got = "!" + f.Key
		}
		if got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.a.Code, tt.typed, got, tt.want)
		}
	}
}

func TestOpenASet(t *testing.T) {
	t.Parallel()
	typed := map[string]string{"count": "0", "share": "1,5", "note": " ", "class": "A++", "until": "x", "unknown": "1"}
	values, wrong := set.Open(func(code string) string { return typed[code] })
	if diff := cmp.Diff(map[string]string{"share": "1.5", "class": "a2"}, values); diff != "" {
		t.Error(diff)
	}
	complaints, _ := fault.ComplaintsOf(wrong.Err())
	want := fault.Complaints{
		{Field: "attr.count", Key: "attribute.wrong.min", Args: []any{"min", "1"}},
		{Field: "attr.until", Key: "attribute.wrong.date"},
	}
	if diff := cmp.Diff(want, complaints); diff != "" {
		t.Error(diff)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		values map[string]string
		want   []string
	}{
		{nil, []string{"until"}},
		{map[string]string{"sealed": "no"}, []string{"until"}},
		{map[string]string{"sealed": "yes"}, nil},
		{map[string]string{"until": "2026-01-01"}, nil},
	} {
		if diff := cmp.Diff(tt.want, set.Missing(tt.values)); diff != "" {
			t.Errorf("%v: %s", tt.values, diff)
		}
	}
}

func TestValuesAreReadInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a                 attribute.Attribute
		value, uz, ru, en string
	}{
		{class, "fat", "Yogʻli", "Жирный", "Fat"},
		{class, "a2", "A++", "A++", "A++"},
		{class, "gone", "gone", "gone", "gone"},
		{extras, "wifi,remote", "Wi-Fi, Pult", "Вайфай, Пульт", "Wi-Fi, Remote control"},
		{sealed, "yes", "Ha", "Да", "Yes"},
		{free, "-1234.5", "-1234,5", "-1234,5", "-1234.5"},
		{sealed, "no", "Yoʻq", "Нет", "No"},
		{until, "2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01"},
	} {
		for lang, want := range map[string]string{"uz": tt.uz, "ru": tt.ru, "en": tt.en} {
			got := tt.a.In(lang, tt.value)
			if got != want {
				t.Errorf("%s %s in %s: %q, want %q", tt.a.Code, tt.value, lang, got, want)
			}
			if back, err := tt.a.Open(got); tt.value != "gone" && (err != nil || back != tt.value) {
				t.Errorf("%s: %q opens to %q, %v, want %q", tt.a.Code, got, back, err, tt.value)
			}
		}
	}
}

// TestWhatIsKeptStaysAsItIs: opening a kept value gives it back, whatever was
// typed first.
func TestWhatIsKeptStaysAsItIs(t *testing.T) {
	t.Parallel()
	typed := rapid.OneOf(
		rapid.StringMatching(`[+-]?[0-9 ]{0,6}[.,]?[0-9]{0,7}`), rapid.StringMatching(`[0-9]{1,4}[.-][0-9]{1,2}[.-][0-9]{1,4}`),
		rapid.SampledFrom([]string{"да", "yoʻq", "A++", "fat, a", "Пульт,wifi", "жирный"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		first := map[string]string{}
		for _, a := range set.Attributes {
			first[a.Code] = typed.Draw(t, a.Code)
		}
		kept, _ := set.Open(func(code string) string { return first[code] })
		again, wrong := set.Open(func(code string) string { return kept[code] })
		if !maps.Equal(kept, again) || wrong.Err() != nil {
			t.Fatalf("%v becomes %v, then %v, %v", first, kept, again, wrong.Err())
		}
	})
}

// TestWhatPeopleReadOpens: a label in any language opens to its code, so that a
// file written from a page can be read again.
func TestWhatPeopleReadOpens(t *testing.T) {
	t.Parallel()
	books, err := attribute.BooksOf(t.Context(), pgtest.New(t), groups)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range books {
		for _, a := range b.Set.Attributes {
			for _, o := range a.Options {
				for _, lang := range []string{"uz", "ru", "en"} {
					if got, err := a.Open(a.In(lang, o.Code)); err != nil || got != o.Code {
						t.Errorf("group %d, %s: %q opens to %q, %v, want %q", b.Group, a.Code, a.In(lang, o.Code), got, err, o.Code)
					}
				}
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range []string{"1 000,50", "01.03.2026", "да", "A++", "wifi;remote", "\x00", "\xff", "-0.000", "9999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, a := range set.Attributes {
			kept, err := a.Open(typed)
			if err != nil {
				if fault.KindOf(err) != fault.Invalid {
					t.Errorf("%s %q: %v", a.Code, typed, err)
				}
				continue
			}
			if again, err := a.Open(kept); err != nil || again != kept {
				t.Errorf("%s %q: %q, then %q, %v", a.Code, typed, kept, again, err)
			}
		}
	})
}
