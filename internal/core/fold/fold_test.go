package fold_test

import (
	"testing"

	"kabinet/internal/core/fold"
)

func TestWhatSoundsTheSameIsFoundAlike(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"gulomjon orinboyev", "Gʻulomjon Oʻrinboyev", "G'ulomjon O‘rinboyev"},
		{"horazm", "Хоразм", "Xorazm", "Horazm"},
		{"kodirov", "Қодиров", "Qodirov", "Kodirov"},
	} {
		for _, s := range same {
			if got := fold.Text(s); got != same[0] {
				t.Errorf("%q folds to %q, want %q", s, got, same[0])
			}
		}
	}
}

func TestWordsKeepsEachWordOnce(t *testing.T) {
	t.Parallel()
	if got := fold.Words("Aziz Karimov", "Азиз Каримов", "Aziz Karimov"); got != "aziz karimov" {
		t.Errorf("%q", got)
	}
}
