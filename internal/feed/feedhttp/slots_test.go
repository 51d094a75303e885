package feedhttp

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestCallsWaitForAPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlots()
		var leave []func()
		enter := func(source string, want error) time.Duration {
			t.Helper()
			start := time.Now()
			out, err := s.enter(t.Context(), source)
			if !errors.Is(err, want) || (err == nil) != (out != nil) {
				t.Errorf("%s: %v, want %v", source, err, want)
			}
			if out != nil {
				leave = append(leave, out)
			}
			return time.Since(start)
		}
		enter("slow", nil)
		enter("slow", nil)
		if waited := enter("slow", errBusy); waited != atDoor {
			t.Errorf("the third of one source waited %v", waited)
		}
		if waited := enter("quick", nil); waited != 0 {
			t.Errorf("another source waited %v for it", waited)
		}
		enter("quick", nil)
		if waited := enter("third", errBusy); waited != atDoor {
			t.Errorf("beyond all places: %v", waited)
		}
		time.AfterFunc(time.Second, leave[0])
		if waited := enter("third", nil); waited != time.Second {
			t.Errorf("it waited %v for a place", waited)
		}
		for _, out := range leave[1:] {
			out()
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 2 * atOnce { // who left took no place along
			if _, err := s.enter(gone, "gone"); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
}

func TestABusyPortalSaysWhenToComeAgain(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	refuse(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/feeds/v1/edo/messages", nil), errBusy)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || !strings.Contains(w.Body.String(), `"reason":"busy"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestPlacesAreGivenBack(t *testing.T) {
	t.Parallel()
	s := newSlots()
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			out, err := s.enter(t.Context(), string(rune('a'+n%5)))
			if err != nil {
				t.Error(err)
				return
			}
			out()
		})
	}
	all.Wait()
	if len(s.all) != 0 {
		t.Errorf("%d places are taken", len(s.all))
	}
	for source, own := range s.of {
		if len(own) != 0 {
			t.Errorf("%s holds %d", source, len(own))
		}
	}
}
