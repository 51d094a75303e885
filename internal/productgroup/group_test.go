package productgroup

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/fault"
)

func dictionary() Dictionary {
	return NewDictionary([]Group{
		{ID: 13, Slug: "water", Uz: "Suv", Ru: "Вода и напитки", En: "Water"},
		{ID: 15, Slug: "beer", Uz: "Pivo", Ru: "Пиво", En: "Beer"},
	})
}

func TestParse(t *testing.T) {
	t.Parallel()
	both := []Choice{{13, true}, {15, false}}
	good := map[string][]Choice{
		"": nil, " ; ,": nil,
		"water=issuer, beer=non-issuer": both,
		"13:1;15:0":                     both,
		"Вода и напитки = эмитент\nПиво = не эмитент": both,
		"WATER=Yes | beer=no": both,
		"beer=0":              {{15, false}},
	}
	for text, want := range good {
		got, err := dictionary().Parse(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	bad := map[string]string{
		"milk=issuer": "productgroup.draft.unknown", "=issuer": "productgroup.draft.unknown", "014=1": "productgroup.draft.unknown",
		"water": "productgroup.draft.issuer", "water=": "productgroup.draft.issuer", "water=maybe": "productgroup.draft.issuer",
		"water=issuer, 13=non-issuer": "productgroup.draft.twice",
	}
	for text, key := range bad {
		_, err := dictionary().Parse(text)
		if f, ok := fault.As(err); !ok || f.Key != key {
			t.Errorf("%q: got %v, want %s", text, err, key)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("water=issuer, beer=non-issuer")
	f.Add("13:1;=;,\x00")
	f.Fuzz(func(t *testing.T, s string) {
		cs, err := dictionary().Parse(s)
		seen := map[int16]bool{}
		for _, c := range cs {
			if seen[c.ID] || err != nil {
				t.Fatalf("%q gives %v, %v", s, cs, err)
			}
			seen[c.ID] = true
		}
	})
}
