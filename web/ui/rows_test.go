package ui_test

import (
	"context"
	"fmt"
	"html"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"

	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
	"kabinet/web/ui/uitest"
)

func FuzzRowsEscapeAsTemplatesDo(f *testing.F) {
	for _, s := range []string{"", "Zarafshon Sut", `<script>alert("1" & '2')</script>`, "Gʻulomjon\u202e", "\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b strings.Builder
		c := ui.WriteRows(func(_ context.Context, r *ui.Rows) { r.Text(s) })
		if err := c.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if want := html.EscapeString(s); b.String() != want {
			t.Errorf("%q, want %q", b.String(), want)
		}
	})
}

// word is a part drawn from one value.
func word(s string) templ.Component {
	return ui.WriteRows(func(_ context.Context, r *ui.Rows) { r.Text(s) })
}

func TestDrawnPartsAreToldApartByEveryValue(t *testing.T) {
	t.Parallel()
	var d ui.Drawn
	lists := [][]string{{"a", "b"}, {"ab"}, {"ab", ""}, {"", "ab"}, {"a", "", "b"}, {}}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i, list := range lists {
				want := fmt.Sprint(i)
				part := d.Part(ui.Key{}.Add(list...), func() templ.Component { return word(want) })
				if got := uitest.Render(t, i18n.En, part); got != want {
					t.Errorf("%q shows part %s, want %s", list, got, want)
				}
			}
		})
	}
	all.Wait()
}

func TestDrawnPartsAreDrawnOnceAndDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	var d ui.Drawn
	drawn := 0
	draw := func(key string) {
		uitest.Render(t, i18n.En, d.Part(ui.Key{}.Add(key), func() templ.Component { drawn++; return word(strings.Repeat(key, 1000)) }))
	}
	draw("a")
	draw("a")
	if drawn != 1 {
		t.Errorf("drawn %d times, want once", drawn)
	}
	for i := range 2000 { // some 8 MB
		draw(fmt.Sprintf("%04d", i))
	}
	drawn = 0
	draw("a")
	if drawn != 1 {
		t.Error("everything was kept")
	}
}

func TestASelectRemembersNoChoiceOfAnother(t *testing.T) {
	t.Parallel()
	options := []ui.Option{{Value: "SA", Text: "Samarqand"}, {Value: "TK", Text: `"Toshkent" & <b>`, Lang: "uz"}}
	for range 2 {
		for value, want := range map[string]string{
			"":        "",
			"TK":      `<option value="TK" lang="uz" selected>&#34;Toshkent&#34; &amp; &lt;b&gt;</option>`,
			"SA":      `<option value="SA" selected>Samarqand</option>`,
			`"><b>SA`: "",
		} {
			got := uitest.Render(t, i18n.En, ui.Select(ui.Field{Name: "region", Value: value}, "All", options))
			if strings.Count(got, "selected") != min(len(want), 1) || !strings.Contains(got, want) {
				t.Errorf("%q chosen: %s", value, got)
			}
		}
	}
	options[0].Text = "Самарқанд"
	if got := uitest.Render(t, i18n.En, ui.Select(ui.Field{Name: "region"}, "All", options)); !strings.Contains(got, "Самарқанд") {
		t.Errorf("a new name does not show: %s", got)
	}
}
