package uiview_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"kabinet/internal/platform/i18n"
	"kabinet/web/ui/uitest"
	"kabinet/web/uiview"
)

func TestEverySamplePageIsSound(t *testing.T) {
	t.Parallel()
	for _, s := range uiview.Samples() {
		for _, l := range i18n.Langs() {
			t.Run(s.Name+" in "+l.Code(), func(t *testing.T) {
				t.Parallel()
				page := uitest.Render(t, l, s.Page("dark"))
				uitest.Page(t, page)
				if !strings.Contains(page, `lang="`+l.Tag()+`"`) || !strings.Contains(page, `data-theme="dark"`) {
					t.Error("the page does not say its language and theme")
				}
				if wrong := s.Status >= 400; wrong != strings.Contains(page, "<title>"+i18n.Text(l, "layout.title.error")) {
					t.Errorf("status %d and the title disagree", s.Status)
				}
				for _, key := range []string{"ui.", "layout.", "fault.", "taxid.", "role."} {
					if i := strings.Index(page, ">"+key); i >= 0 {
						t.Errorf("a key instead of words: %.60s", page[i:])
					}
				}
			})
		}
	}
}

func TestTheGalleryIsTheFirstSample(t *testing.T) {
	t.Parallel()
	got := uitest.Render(t, i18n.En, uiview.Gallery())
	if want := uitest.Render(t, i18n.En, uiview.Samples()[0].Page("")); got != want {
		t.Error("Gallery and the sample of the parts differ")
	}
}

// The goal is 15 KB for a list of 25 rows (ux.md 6); the sample has 8.
func TestPagesStaySmall(t *testing.T) {
	t.Parallel()
	for _, s := range uiview.Samples() {
		var packed bytes.Buffer
		zw := gzip.NewWriter(&packed)
		if _, err := zw.Write([]byte(uitest.Render(t, i18n.Ru, s.Page("")))); err != nil {
			t.Fatal(err)
		}
		if err := zw.Close(); err != nil {
			t.Fatal(err)
		}
		if packed.Len() > 8<<10 {
			t.Errorf("%s has %d bytes gzipped", s.Name, packed.Len())
		}
	}
}
