package bench

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/platform/i18n"
)

// Pages share what is remembered of readers, menus and counts. Nobody may ever
// get anything of another's: many read at once, in all languages, and each page
// names its reader and nobody else, in one language.
func TestAPageIsForItsReaderOnly(t *testing.T) {
	t.Parallel()
	h, _ := smallPortal(t)
	var all sync.WaitGroup
	for n := 1; n <= 20; n++ {
		for _, l := range i18n.Langs() {
			all.Go(func() {
				for range 3 {
					member := string(read(t, h, "/home", fmt.Sprintf("member-%d", n), l))
					if tin := grouped(300000000 + 3*n); strings.Count(member, "300\u00a0000") != 1 || !strings.Contains(member, tin) {
						t.Errorf("member %d does not see %s alone", n, tin)
					}
					staff := string(read(t, h, "/op/orgs", fmt.Sprintf("staff-%d", n), l))
					if name := fmt.Sprintf("<b>OPERATOROV TIMUR %d</b>", n); strings.Count(staff, name) != 2 || strings.Count(staff, "OPERATOROV") != 2 {
						t.Errorf("staff %d does not see %s alone", n, name)
					}
					for _, other := range i18n.Langs() {
						if got := strings.Contains(staff, ">"+i18n.Text(other, "layout.nav.imports")); got != (other == l) {
							t.Errorf("a menu in %s on a page in %s", other.Code(), l.Code())
						}
					}
				}
			})
		}
	}
	all.Wait()
}

func grouped(tin int) string {
	s := fmt.Sprint(tin)
	return s[:3] + "\u00a0" + s[3:6] + "\u00a0" + s[6:]
}

// read opens a page in a language and unpacks it.
func read(t *testing.T, h http.Handler, path, reader string, l i18n.Lang) []byte {
	t.Helper()
	r := pageRequest(t.Context(), path, reader)
	r.Header.Add("Cookie", "lang="+l.Code())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Error(path, w.Code, err)
		return nil
	}
	page, err := io.ReadAll(z)
	if err != nil {
		t.Error(path, err)
	}
	return page
}
