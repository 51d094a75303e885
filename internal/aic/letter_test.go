package aic_test

import (
	"testing"

	"kabinet/internal/core/golden"
	"kabinet/internal/platform/i18n"
)

// TestLetters are the words of every notice.
func TestLetters(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		for _, what := range []string{"refused", "late", "disbanded"} {
			args := []any{"number", number(4), "codes", 201, "n", 2, "name", "Barno Sodiqova"}
			say := func(part string) string { return i18n.Text(lang, "aic.notice."+what+"."+part, args...) }
			if n := len([]rune(say("subject"))); n > 60 {
				t.Errorf("%s %s: a subject of %d letters", lang.Code(), what, n)
			}
			golden.Check(t, "letter_"+what+"."+lang.Code()+".txt", say("subject")+"\n\n"+say("text")+"\n\n["+say("button")+"]\n")
		}
	}
}

// TestStatements is what people sign, in each language.
func TestStatements(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	one, two := y.formed(1), y.formed(2)
	y.taken(said(2, 2, "declared", nil))
	for _, lang := range i18n.Langs() {
		p, err := y.aics.Preview(i18n.With(t.Context(), lang), declarant, []int64{one, two})
		y.must(err)
		golden.Check(t, "statement."+lang.Code()+".txt", p.Statement+"\n")
	}
}
