package page_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/page"
)

type key struct {
	ID   int64
	Name string
}

func TestCursorComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := key{rapid.Int64().Draw(t, "id"), rapid.String().Draw(t, "name")}
		var got key
		err := page.Decode(page.Encode(k), &got)
		switch {
		case err != nil && len(page.Encode(k)) <= 1024 && !strings.ContainsRune(k.Name, 0):
			t.Fatal(err)
		case err == nil && got.ID != k.ID:
			t.Fatalf("%+v came back as %+v", k, got)
		}
	})
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	var k key
	for _, c := range []string{"%", "bm8", "e30=", strings.Repeat("A", 1025), page.Encode("text"), page.Encode(key{1, "a\x00b"})} {
		if err := page.Decode(c, &k); !errors.Is(err, page.ErrCursor) {
			t.Errorf("Decode(%.20q) = %v, want ErrCursor", c, err)
		}
	}
	k = key{}
	if err := page.Decode("", &k); err != nil || k != (key{}) {
		t.Errorf("the empty cursor gives %+v, %v", k, err)
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{"": 25, "25": 25, "50": 50, "100": 100, "99999": 25, "-1": 25, "x": 25} {
		if got := page.Size(in); got != want {
			t.Errorf("Size(%q) = %d, want %d", in, got, want)
		}
	}
}
